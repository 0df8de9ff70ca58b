/* Errors of app/ that people are told: a fixed sentence with places for names in it.
 *
 * The message of the error is the sentence in English, for logs. The sentence and the names stay
 * beside it, so that window and command line can say it in the language of who reads it. Sentences
 * are found for translation by the name of the function that takes them (po/meson.build). */

#pragma once

#include "app/home.h"

/* sentence: static; its only placeholders are "%s", a string each. Always FALSE. */
gboolean paraph_app_error_set (GError **error, ParaphAppError code, const char *sentence, ...)
    G_GNUC_PRINTF (3, 4);

typedef const char *(*ParaphTranslate) (const char *sentence);

/* The sentence as translate gives it (its placeholders may be "%1$s" and so on, in any order), the
 * names put in. NULL: the error was not made here. Free with g_free. */
char *paraph_app_error_dup_sentence (const GError *error, ParaphTranslate translate);
