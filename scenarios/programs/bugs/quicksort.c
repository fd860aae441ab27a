// SPDX-License-Identifier: GPL-3.0-or-later
// Quicksort by a pool of threads: who has split its range hands one half to an idle worker. Being
// idle is looked up and taken in two steps, so two threads can hand their halves to one worker; the
// second overwrites the first, which stays unsorted.
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#ifndef WORKERS
#define WORKERS 3
#endif
enum { kNumbers = 16, kSmall = 2 };

struct worker {
  atomic_bool is_busy;
  atomic_int begin, end;
  sem_t work;
};

static struct worker workers[WORKERS];
static int numbers[kNumbers] = {11, 3, 15, 7, 1, 9, 5, 13, 10, 2, 14, 6, 0, 8, 4, 12};
static atomic_int ranges = 1;  // handed out and not sorted yet
static atomic_bool is_over;
static sem_t over;

static void swap(int* x, int* y) {
  const int old = *x;
  *x = *y;
  *y = old;
}

// Puts the pivot where it belongs and gives back its place.
static int split(int begin, int end) {
  int place = begin;
  swap(&numbers[begin + (end - begin) / 2], &numbers[end - 1]);
  for (int i = begin; i < end - 1; ++i) {
    if (numbers[i] < numbers[end - 1]) swap(&numbers[i], &numbers[place++]);
  }
  swap(&numbers[place], &numbers[end - 1]);
  return place;
}

static bool hand_over(int begin, int end) {
  for (int i = 0; i < WORKERS; ++i) {
    struct worker* worker = &workers[i];
    if (atomic_load(&worker->is_busy)) continue;
    atomic_store(&worker->is_busy, true);
    atomic_fetch_add(&ranges, 1);
    atomic_store(&worker->begin, begin);
    atomic_store(&worker->end, end);
    sem_post(&worker->work);
    return true;
  }
  return false;
}

static void sort(int begin, int end) {
  if (end - begin < 2) return;
  const int pivot = split(begin, end);
  if (end - pivot - 1 < kSmall || !hand_over(pivot + 1, end)) sort(pivot + 1, end);
  sort(begin, pivot);
}

static void finish_range(void) {
  if (atomic_fetch_sub(&ranges, 1) != 1) return;
  atomic_store(&is_over, true);
  sem_post(&over);
  for (int i = 0; i < WORKERS; ++i) sem_post(&workers[i].work);
}

static void* work(void* raw) {
  struct worker* worker = raw;
  for (;;) {
    sem_wait(&worker->work);
    if (atomic_load(&is_over)) return NULL;
    sort(atomic_load(&worker->begin), atomic_load(&worker->end));
    atomic_store(&worker->is_busy, false);
    finish_range();
  }
}

int main(void) {
  pthread_t threads[WORKERS];
  sem_init(&over, 0, 0);
  for (int i = 0; i < WORKERS; ++i) {
    sem_init(&workers[i].work, 0, 0);
    pthread_create(&threads[i], NULL, work, &workers[i]);
  }
  sort(0, kNumbers);
  finish_range();
  sem_wait(&over);
  for (int i = 1; i < kNumbers; ++i) assert(numbers[i - 1] <= numbers[i]);
  for (int i = 0; i < WORKERS; ++i) pthread_join(threads[i], NULL);
  return 0;
}
