// SPDX-License-Identifier: GPL-3.0-or-later
// A library that was not made for the world: it calls a function of its own that the executable
// defines, too, and one that nobody models.
#include <time.h>
#include <unistd.h>

const char* who_answers(void) { return "the library"; }
const char* ask(void) { return who_answers(); }

typedef const char* answer(void);
answer* in_data = who_answers;
const char* ask_through_data(void) { return in_data(); }

unsigned long length_of(const char* text) {
  unsigned long length = 0;
  while (text[length] != 0) ++length;
  return length;
}
int sleep_in_the_kernel(void) { return pause(); }
