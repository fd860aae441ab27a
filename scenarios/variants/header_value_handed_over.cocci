// SPDX-License-Identifier: GPL-3.0-or-later
//
// A candidate fix for judged/header_of_a_caller.scn on 1.4.1: the object of headers takes the
// reference of the text that is made for it over, instead of adding one.
@@
expression headers, name, value;
@@
- json_object_set(headers, name, json_string(value));
+ json_object_set_new(headers, name, json_string(value));
