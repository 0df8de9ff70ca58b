/* What header.c, header-parse.c and header-write.c share; nobody else includes it. */

#pragma once

#include "negotiation/header.h"

/* The lines of one key: values[first] to values[first + n - 1], with a NULL behind them. */
typedef struct
{
  const char *key;
  guint first;
  guint n;
} ParaphHeaderGroup;

typedef struct
{
  ParaphHeader header;
  ParaphHeader *own; /* this very header, for taking references on a const one */
  char *text;        /* a copy of the bytes, cut up; all strings below point into it */
  const char *salt;
  const char **values;
  ParaphHeaderGroup *groups; /* the fields of the kind, in their order */
  guint n_groups;
  ParaphPlace *seen;
  ParaphBody *bodies;
} ParaphHeaderData;

/* Fills everything in but the id, from the bytes. Absent ids are zero, effective ones not set. */
gboolean paraph_header_data_read (ParaphHeaderData *self, GError **error);

/* TRUE where writing what was read gives the bytes again. */
gboolean paraph_header_data_is_canonical (const ParaphHeaderData *self);
