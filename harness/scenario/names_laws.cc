// SPDX-License-Identifier: GPL-3.0-or-later
// The general laws in words: `onhook explain LAW` prints them.
#include <array>

#include "harness/scenario/names.h"

namespace onhook::names {
namespace {

constexpr std::array kGeneralLaws = {
    GeneralLaw{
        "PC-CLOSE", "After a call is terminated the plugin has its PeerConnection closed.",
        "Broken when nua has said that a call is terminated, its PeerConnection is there, and\n"
        "nobody asks for its end until something else ends it more than a second later (a DTLS\n"
        "alert), or until all is at rest; or when it is still there although somebody asked.\n"},
    GeneralLaw{
        "HANGUP-ONCE", "The application is told one hangup for each call it was shown.",
        "A call is shown by 'calling' or 'incomingcall'. Broken by a hangup when no call is shown\n"
        "that is not hung up yet, by one that comes after the next call was shown, and by a call\n"
        "that is over, with all at rest, and of which no hangup was told.\n"},
    GeneralLaw{
        "QUIESCENT", "When all is over nothing of a call is left in the session.",
        "Asked when all is at rest, of a browser that has no call: call_status is idle,\n"
        "establishing, established and hangingup are 0, no handle, relay thread or recorder is\n"
        "kept, none runs; and when nobody has a call, no media socket and no pipe is open.\n"},
    GeneralLaw{
        "CALLABLE", "A session without a call can call and be called.",
        "Broken when a session whose calls and PeerConnection are gone for more than 3 seconds\n"
        "answers an INVITE with 486, or a 'call' with error 447 though it is registered.\n"},
    GeneralLaw{
        "BYE", "A call that is hung up ends for the peer too.",
        "After 'hangingup' or 'declining', or when the PeerConnection of a call is lost, and all "
        "is\n"
        "at rest: nua has said that the call is terminated, or BYE, CANCEL or a refusal has gone\n"
        "out. A CANCEL that the peer answers with 200 is not enough.\n"},
    GeneralLaw{"RIGHT-CALL", "The cleanup of one call never touches the next.",
               "A cleanup belongs to the call that it was asked for: what runs while nua delivers "
               "the end\n"
               "of a call, the hangup_media that its close_pc brought about, its relay thread. "
               "Broken when\n"
               "one sends BYE, CANCEL or a refusal to a later call of that browser, or when a "
               "relay thread\n"
               "takes the media of a later call away.\n"},
    GeneralLaw{
        "ONE-RELAY", "At most one relay thread runs for a session.",
        "Broken when one begins while another of the same account is not over. Helpers of an\n"
        "account may have one each.\n"},
    GeneralLaw{
        "REPLY", "Every request that the plugin takes on is answered by one event.",
        "Broken when the handler thread answers a request twice, or, with all at rest, never.\n"
        "Requests that the core or the plugin refuse at once, and those of a handle that is gone,\n"
        "do not count; nor do later events that carry the transaction of an old request.\n"},
    GeneralLaw{
        "DANGLING", "Nothing is asked of what nua has freed.",
        "nua_destroy() frees the user agent and all its handles. Broken by any call of nua's\n"
        "functions on one of them after that.\n"},
    GeneralLaw{
        "RACE", "Accesses to the same memory are ordered, unless both read or are atomic.",
        "Judged by '--judges race': two threads touch it, one of them writes, and no lock, queue,\n"
        "atomic access or thread start orders them.\n"},
    GeneralLaw{"MEMORY", "No use after free, no double free, nothing out of bounds.", ""},
    GeneralLaw{"FD", "No descriptor is used that is not the session's own.", ""},
    GeneralLaw{
        "LOCK", "Locks are taken in one order and given back by who took them; no deadlock.",
        "Broken whether judged or not when threads wait for each other in a circle; the rest\n"
        "is judged by '--judges lock': two orders, a lock held by who has left, one given\n"
        "back by who does not hold it; and by '--judges tables': GLib's tables, touched without\n"
        "the mutex that elsewhere protects them.\n"},
    GeneralLaw{"FREE", "Every reference is dropped in the end, nothing leaks.", ""}};

}  // namespace

std::span<const GeneralLaw> general_laws() { return kGeneralLaws; }

}  // namespace onhook::names
