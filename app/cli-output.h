/* What a command says: lines for people, or one JSON object (docs/DESIGN.md section 10).
 *
 * Both are collected and written by the main when the command has ended, so that a refused one
 * writes nothing but its refusal. One thread at a time. Ids are written in full, times RFC 3339. */

#pragma once

#include <json-glib/json-glib.h>

#include "app/record-requests.h"

typedef struct ParaphOutput ParaphOutput;

ParaphOutput *paraph_output_new (gboolean is_json, gboolean is_terminal);
void paraph_output_free (ParaphOutput *self);

/* For people only. line ends the line; content is bytes from outside, which a terminal gets
 * without control characters. */
void paraph_output_line (ParaphOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void paraph_output_content (ParaphOutput *self, GBytes *content);
/* Text without what could move a terminal's cursor or hide words. Free with g_free. */
char *paraph_output_dup_tame (const char *text);
/* What to do next: the last line, and the member "next". */
void paraph_output_next (ParaphOutput *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* For programs only: members of the object that is open. NULL and zero ids are null. */
void paraph_output_string (ParaphOutput *self, const char *member, const char *value);
void paraph_output_number (ParaphOutput *self, const char *member, gint64 value);
void paraph_output_boolean (ParaphOutput *self, const char *member, gboolean value);
void paraph_output_id (ParaphOutput *self, const char *member, const ParaphId *id);
void paraph_output_time (ParaphOutput *self, const char *member, gint64 seconds);
void paraph_output_actor (ParaphOutput *self, const char *member, const ParaphActor *actor);
void paraph_output_strings (ParaphOutput *self, const char *member, GPtrArray *values);

/* The builder, for lists and objects. Borrowed. */
JsonBuilder *paraph_output_get_builder (ParaphOutput *self);

/* Everything for standard output. Free with g_free. */
char *paraph_output_finish (ParaphOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphOutput, paraph_output_free)
