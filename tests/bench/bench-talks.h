/* Talks for measuring: delegations with several devices each, and long chains of real, signed
 * records, built as honest clients build them. Aborts where something does not work: a measure of
 * what failed would say nothing. */

#pragma once

#include <glib.h>

#include "crypto/secret.h"
#include "negotiation/draft.h"
#include "negotiation/record.h"
#include "store/store.h"

#define bench_ok(call) g_assert_cmpint ((call), ==, PARAPH_OK)

typedef struct
{
  ParaphSecret *custodian;
  ParaphSignKey custodian_key;
  ParaphId id;   /* founding id */
  ParaphId head; /* last powers record */
  char code[6];
} BenchDelegation;

typedef struct
{
  guint delegation;
  ParaphSecret *secret;
  ParaphPowers powers;
} BenchDevice;

typedef struct
{
  guint n_delegations;
  BenchDelegation *delegations;
  guint n_devices;
  BenchDevice *devices; /* those of delegation 0 first */
  GPtrArray *records;   /* ParaphSealedRecord *, each after its past */
  GPtrArray *blobs;     /* GBytes * */
  ParaphId charter;
  guint64 counter; /* makes salts and times */
} BenchTalks;

/* The keys of a device that is about to be enrolled; sets session and envelope. NULL: any keys. */
typedef void (*BenchKeys) (guint device, ParaphPowers *powers, gpointer data);

/* Identity chains only. */
BenchTalks *bench_talks_new (guint n_delegations, guint devices_each, BenchKeys keys,
                             gpointer data);
void bench_talks_free (BenchTalks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTalks, bench_talks_free)

/* Charter by delegation 0, everybody joins, n channels of all, n records in each of all channels. */
void bench_talks_play (BenchTalks *self, guint n_channels, guint n_records);

/* All records and blobs as rows of a store, placed in their order, in one transaction. */
void bench_talks_keep (const BenchTalks *self, ParaphStore *store);

/* A record of device at position; frees draft, clears position->seen, remembers it. */
ParaphSealedRecord *bench_talks_seal (BenchTalks *self, guint device, ParaphDraft *draft,
                                      ParaphPosition *position);

/* One line of the table, which all benchmarks share; figures are texts with their units. */
typedef struct
{
  const char *work;
  double figure;
  const char *unit;
  const char *reference_name;
  double reference; /* 0: none */
  double ratio;     /* 0: none */
  const char *budget;
  gboolean is_met;
} BenchRow;

void bench_print (const BenchRow *row);
/* Seconds on the monotonic clock. */
double bench_now (void);
void bench_remove_tree (const char *path);
