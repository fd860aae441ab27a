// SPDX-License-Identifier: GPL-3.0-or-later
// GLib's tables for the judge of tables (harness/race/table_judge.h): each call of the code under
// test is told and goes on to GLib. It is no step: what keeps two such calls apart is seen without
// their being tried in both orders.
#include <glib.h>

#include "harness/host/library_call.h"
#include "harness/interpose/real.h"
#include "harness/sched/watcher.h"

using namespace onhook;

namespace {

/// The thread whose code under test makes this call itself; null: nobody wants to know.
const Thread* caller(const void* return_address) {
  Scheduler* scheduler = g_watcher == nullptr ? nullptr : current_scheduler();
  if (scheduler == nullptr) return nullptr;
  const Thread& thread = scheduler->current();
  const auto pc = reinterpret_cast<std::uintptr_t>(return_address);
  return !thread.calls.empty() && in_one_object(thread.calls.back(), pc) ? &thread : nullptr;
}

void tell(const void* table, TableAct act, TableKind kind, const char* call, const void* pc) {
  if (caller(pc) == nullptr) return;
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_table(t, {reinterpret_cast<std::uintptr_t>(table), act, kind, call,
                   reinterpret_cast<std::uintptr_t>(pc)});
  });
}

/// The list has another head now.
void tell_head(const void* from, const void* to, const void* pc) {
  if (caller(pc) == nullptr) return;
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_list_moved(t, reinterpret_cast<std::uintptr_t>(from),
                    reinterpret_cast<std::uintptr_t>(to));
  });
}

}  // namespace

#define ONHOOK_TOLD(type, name, act, kind, parameters, arguments)                    \
  ONHOOK_EXPORT type(name) parameters {                                              \
    tell(table, TableAct::act, TableKind::kind, #name, __builtin_return_address(0)); \
    return ONHOOK_REAL(name) arguments;                                              \
  }

#define ONHOOK_TABLE(type, name, act, parameters, arguments) \
  ONHOOK_TOLD(type, name, act, table, parameters, arguments)

#define ONHOOK_OF_LIST(type, name, act, parameters, arguments) \
  ONHOOK_TOLD(type, name, act, list, parameters, arguments)

/// One that gives the head back.
#define ONHOOK_LIST(type, name, act, parameters, arguments) \
  ONHOOK_EXPORT type*(name)parameters {                     \
    const void* pc = __builtin_return_address(0);           \
    tell(table, TableAct::act, TableKind::list, #name, pc); \
    type* const head = ONHOOK_REAL(name) arguments;         \
    tell_head(table, head, pc);                             \
    return head;                                            \
  }

// Hash tables -------------------------------------------------------------------------------------

ONHOOK_TABLE(gboolean, g_hash_table_insert, changes,
             (GHashTable * table, gpointer key, gpointer value), (table, key, value))
ONHOOK_TABLE(gboolean, g_hash_table_replace, changes,
             (GHashTable * table, gpointer key, gpointer value), (table, key, value))
ONHOOK_TABLE(gboolean, g_hash_table_add, changes, (GHashTable * table, gpointer key), (table, key))
ONHOOK_TABLE(gboolean, g_hash_table_remove, changes, (GHashTable * table, gconstpointer key),
             (table, key))
ONHOOK_TABLE(void, g_hash_table_remove_all, changes, (GHashTable * table), (table))
ONHOOK_TABLE(gboolean, g_hash_table_steal, changes, (GHashTable * table, gconstpointer key),
             (table, key))
ONHOOK_TABLE(void, g_hash_table_steal_all, changes, (GHashTable * table), (table))
ONHOOK_TABLE(guint, g_hash_table_foreach_remove, changes,
             (GHashTable * table, GHRFunc picks, gpointer data), (table, picks, data))
ONHOOK_TABLE(gpointer, g_hash_table_lookup, reads, (GHashTable * table, gconstpointer key),
             (table, key))
ONHOOK_TABLE(gboolean, g_hash_table_lookup_extended, reads,
             (GHashTable * table, gconstpointer key, gpointer* own_key, gpointer* value),
             (table, key, own_key, value))
ONHOOK_TABLE(gboolean, g_hash_table_contains, reads, (GHashTable * table, gconstpointer key),
             (table, key))
ONHOOK_TABLE(guint, g_hash_table_size, reads, (GHashTable * table), (table))
ONHOOK_TABLE(void, g_hash_table_foreach, reads, (GHashTable * table, GHFunc each, gpointer data),
             (table, each, data))
ONHOOK_TABLE(gpointer, g_hash_table_find, reads, (GHashTable * table, GHRFunc is_it, gpointer data),
             (table, is_it, data))
ONHOOK_TABLE(GList*, g_hash_table_get_keys, reads, (GHashTable * table), (table))
ONHOOK_TABLE(GList*, g_hash_table_get_values, reads, (GHashTable * table), (table))
ONHOOK_TABLE(void, g_hash_table_destroy, ends, (GHashTable * table), (table))
ONHOOK_TABLE(void, g_hash_table_unref, ends, (GHashTable * table), (table))

ONHOOK_EXPORT void g_hash_table_iter_init(GHashTableIter* iter, GHashTable* table) {
  tell(table, TableAct::reads, TableKind::table, "g_hash_table_iter_init",
       __builtin_return_address(0));
  ONHOOK_REAL(g_hash_table_iter_init)(iter, table);
}

ONHOOK_EXPORT gboolean g_hash_table_iter_next(GHashTableIter* iter, gpointer* key,
                                              gpointer* value) {
  tell(g_hash_table_iter_get_hash_table(iter), TableAct::reads, TableKind::table,
       "g_hash_table_iter_next", __builtin_return_address(0));
  return ONHOOK_REAL(g_hash_table_iter_next)(iter, key, value);
}

ONHOOK_EXPORT void g_hash_table_iter_remove(GHashTableIter* iter) {
  tell(g_hash_table_iter_get_hash_table(iter), TableAct::changes, TableKind::table,
       "g_hash_table_iter_remove", __builtin_return_address(0));
  ONHOOK_REAL(g_hash_table_iter_remove)(iter);
}

// Lists -------------------------------------------------------------------------------------------

ONHOOK_LIST(GList, g_list_append, changes, (GList * table, gpointer data), (table, data))
ONHOOK_LIST(GList, g_list_prepend, changes, (GList * table, gpointer data), (table, data))
ONHOOK_LIST(GList, g_list_insert, changes, (GList * table, gpointer data, gint position),
            (table, data, position))
ONHOOK_LIST(GList, g_list_insert_sorted, changes,
            (GList * table, gpointer data, GCompareFunc compare), (table, data, compare))
ONHOOK_LIST(GList, g_list_remove, changes, (GList * table, gconstpointer data), (table, data))
ONHOOK_LIST(GList, g_list_remove_all, changes, (GList * table, gconstpointer data), (table, data))
ONHOOK_LIST(GList, g_list_remove_link, changes, (GList * table, GList* link), (table, link))
ONHOOK_LIST(GList, g_list_delete_link, changes, (GList * table, GList* link), (table, link))
ONHOOK_LIST(GList, g_list_reverse, changes, (GList * table), (table))
ONHOOK_LIST(GList, g_list_sort, changes, (GList * table, GCompareFunc compare), (table, compare))
ONHOOK_LIST(GList, g_list_concat, changes, (GList * table, GList* rest), (table, rest))
ONHOOK_OF_LIST(guint, g_list_length, reads, (GList * table), (table))
ONHOOK_OF_LIST(GList*, g_list_find, reads, (GList * table, gconstpointer data), (table, data))
ONHOOK_OF_LIST(GList*, g_list_find_custom, reads,
               (GList * table, gconstpointer data, GCompareFunc compare), (table, data, compare))
ONHOOK_OF_LIST(GList*, g_list_nth, reads, (GList * table, guint n), (table, n))
ONHOOK_OF_LIST(gpointer, g_list_nth_data, reads, (GList * table, guint n), (table, n))
ONHOOK_OF_LIST(GList*, g_list_last, reads, (GList * table), (table))
ONHOOK_OF_LIST(gint, g_list_index, reads, (GList * table, gconstpointer data), (table, data))
ONHOOK_OF_LIST(void, g_list_foreach, reads, (GList * table, GFunc each, gpointer data),
               (table, each, data))
ONHOOK_OF_LIST(GList*, g_list_copy, reads, (GList * table), (table))
ONHOOK_OF_LIST(void, g_list_free, ends, (GList * table), (table))
ONHOOK_OF_LIST(void, g_list_free_full, ends, (GList * table, GDestroyNotify free_data),
               (table, free_data))
ONHOOK_LIST(GSList, g_slist_append, changes, (GSList * table, gpointer data), (table, data))
ONHOOK_LIST(GSList, g_slist_prepend, changes, (GSList * table, gpointer data), (table, data))
ONHOOK_LIST(GSList, g_slist_insert, changes, (GSList * table, gpointer data, gint position),
            (table, data, position))
ONHOOK_LIST(GSList, g_slist_insert_sorted, changes,
            (GSList * table, gpointer data, GCompareFunc compare), (table, data, compare))
ONHOOK_LIST(GSList, g_slist_remove, changes, (GSList * table, gconstpointer data), (table, data))
ONHOOK_LIST(GSList, g_slist_remove_all, changes, (GSList * table, gconstpointer data),
            (table, data))
ONHOOK_LIST(GSList, g_slist_remove_link, changes, (GSList * table, GSList* link), (table, link))
ONHOOK_LIST(GSList, g_slist_delete_link, changes, (GSList * table, GSList* link), (table, link))
ONHOOK_LIST(GSList, g_slist_reverse, changes, (GSList * table), (table))
ONHOOK_LIST(GSList, g_slist_sort, changes, (GSList * table, GCompareFunc compare), (table, compare))
ONHOOK_LIST(GSList, g_slist_concat, changes, (GSList * table, GSList* rest), (table, rest))
ONHOOK_OF_LIST(guint, g_slist_length, reads, (GSList * table), (table))
ONHOOK_OF_LIST(GSList*, g_slist_find, reads, (GSList * table, gconstpointer data), (table, data))
ONHOOK_OF_LIST(GSList*, g_slist_find_custom, reads,
               (GSList * table, gconstpointer data, GCompareFunc compare), (table, data, compare))
ONHOOK_OF_LIST(GSList*, g_slist_nth, reads, (GSList * table, guint n), (table, n))
ONHOOK_OF_LIST(gpointer, g_slist_nth_data, reads, (GSList * table, guint n), (table, n))
ONHOOK_OF_LIST(GSList*, g_slist_last, reads, (GSList * table), (table))
ONHOOK_OF_LIST(gint, g_slist_index, reads, (GSList * table, gconstpointer data), (table, data))
ONHOOK_OF_LIST(void, g_slist_foreach, reads, (GSList * table, GFunc each, gpointer data),
               (table, each, data))
ONHOOK_OF_LIST(GSList*, g_slist_copy, reads, (GSList * table), (table))
ONHOOK_OF_LIST(void, g_slist_free, ends, (GSList * table), (table))
ONHOOK_OF_LIST(void, g_slist_free_full, ends, (GSList * table, GDestroyNotify free_data),
               (table, free_data))

// Queues and arrays -------------------------------------------------------------------------------

ONHOOK_TABLE(void, g_queue_push_head, changes, (GQueue * table, gpointer data), (table, data))
ONHOOK_TABLE(void, g_queue_push_tail, changes, (GQueue * table, gpointer data), (table, data))
ONHOOK_TABLE(gpointer, g_queue_pop_head, changes, (GQueue * table), (table))
ONHOOK_TABLE(gpointer, g_queue_pop_tail, changes, (GQueue * table), (table))
ONHOOK_TABLE(gpointer, g_queue_pop_nth, changes, (GQueue * table, guint n), (table, n))
ONHOOK_TABLE(gboolean, g_queue_remove, changes, (GQueue * table, gconstpointer data), (table, data))
ONHOOK_TABLE(void, g_queue_clear, changes, (GQueue * table), (table))
ONHOOK_TABLE(void, g_queue_reverse, changes, (GQueue * table), (table))
ONHOOK_TABLE(gpointer, g_queue_peek_head, reads, (GQueue * table), (table))
ONHOOK_TABLE(gpointer, g_queue_peek_tail, reads, (GQueue * table), (table))
ONHOOK_TABLE(gpointer, g_queue_peek_nth, reads, (GQueue * table, guint n), (table, n))
ONHOOK_TABLE(guint, g_queue_get_length, reads, (GQueue * table), (table))
ONHOOK_TABLE(gboolean, g_queue_is_empty, reads, (GQueue * table), (table))
ONHOOK_TABLE(GList*, g_queue_find, reads, (GQueue * table, gconstpointer data), (table, data))
ONHOOK_TABLE(void, g_queue_foreach, reads, (GQueue * table, GFunc each, gpointer data),
             (table, each, data))
ONHOOK_TABLE(void, g_queue_free, ends, (GQueue * table), (table))
ONHOOK_TABLE(void, g_queue_free_full, ends, (GQueue * table, GDestroyNotify free_data),
             (table, free_data))
ONHOOK_TABLE(void, g_ptr_array_add, changes, (GPtrArray * table, gpointer data), (table, data))
ONHOOK_TABLE(gboolean, g_ptr_array_remove, changes, (GPtrArray * table, gpointer data),
             (table, data))
ONHOOK_TABLE(gboolean, g_ptr_array_remove_fast, changes, (GPtrArray * table, gpointer data),
             (table, data))
ONHOOK_TABLE(gpointer, g_ptr_array_remove_index, changes, (GPtrArray * table, guint n), (table, n))
ONHOOK_TABLE(void, g_ptr_array_foreach, reads, (GPtrArray * table, GFunc each, gpointer data),
             (table, each, data))
ONHOOK_TABLE(void, g_ptr_array_unref, ends, (GPtrArray * table), (table))
