/* The command line: one table of commands, each of them thin over app/<noun>-requests.h.
 *
 * A command runs in the worker's thread inside one transaction, while the main one waits. It writes
 * to the output only; the main prints it when the command has ended well. */

#pragma once

#include "app/cli-arguments.h"
#include "app/cli-output.h"
#include "app/cli-story.h"
#include "app/cli-terminal.h"
#include "app/find-requests.h"

/* Asks a person; TRUE for yes. */
typedef gboolean (*ParaphCliAsk) (const char *question);

typedef struct
{
  ParaphArguments *arguments; /* the command's words and options, its own name removed */
  ParaphOutput *output;
  GString *warnings;      /* lines for standard error */
  ParaphCliAsk ask;       /* NULL: nobody is there to ask */
  ParaphStoryWrite write; /* standard output, for a command that tells as it goes */
  gboolean is_json;
  gboolean is_terminal; /* standard output is one */
  gboolean is_yes;
  int exit; /* of a command that ended without an error: 0, or 1 for a bad verdict */
} ParaphCli;

typedef gboolean (*ParaphCliFunc) (ParaphCli *self, ParaphHome *home, GError **error);

typedef enum
{
  PARAPH_CLI_WITHOUT_HOME,     /* home is NULL */
  PARAPH_CLI_MAY_WORK_WITHOUT, /* only where no word is given with a home, and then with its rows */
  PARAPH_CLI_UNLESS_FILES,     /* without a home where --file is given */
  PARAPH_CLI_WITH_HOME,
  PARAPH_CLI_OWN_TRANSACTIONS,
  PARAPH_CLI_FOUNDS_HOME
} ParaphCliNeed;

typedef struct
{
  const char *name;    /* its words, one space between */
  const char *usage;   /* what follows the name */
  const char *options; /* names allowed, a space before and after each; "" for none */
  guint minimum;       /* words after the name */
  guint maximum;
  ParaphCliNeed need;
  ParaphCliFunc run;
} ParaphCliCommand;

/* The tables, each ending in a NULL name. */
extern const ParaphCliCommand paraph_cli_audit_commands[];
extern const ParaphCliCommand paraph_cli_card_commands[];
extern const ParaphCliCommand paraph_cli_channel_commands[];
extern const ParaphCliCommand paraph_cli_collision_commands[];
extern const ParaphCliCommand paraph_cli_demo_commands[];
extern const ParaphCliCommand paraph_cli_door_commands[];
extern const ParaphCliCommand paraph_cli_home_commands[];
extern const ParaphCliCommand paraph_cli_negotiation_commands[];
extern const ParaphCliCommand paraph_cli_proposal_commands[];
extern const ParaphCliCommand paraph_cli_text_commands[];
extern const ParaphCliCommand paraph_cli_text_diff_commands[];
extern const ParaphCliCommand paraph_cli_text_read_commands[];
extern const ParaphCliCommand paraph_cli_text_trace_commands[];

/* What one run of the program ends in; texts are for the two outputs. */
typedef struct
{
  int exit;
  char *out;
  char *err;
} ParaphCliResult;

/* words: without the program's name, NULL-terminated. */
void paraph_cli_run (const char *const *words, gboolean is_terminal, ParaphCliAsk ask,
                     ParaphStoryWrite write, ParaphCliResult *ret_result);
void paraph_cli_result_clear (ParaphCliResult *self);

/* Word number i of the command's own; NULL where there is none. */
const char *paraph_cli_word (ParaphCli *self, guint i);
/* Prints what an act binds, and asks; FALSE is an error that is set. */
gboolean paraph_cli_confirm (ParaphCli *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* The progress of long work, NULL where nobody looks; label: static. */
ParaphProgress *paraph_cli_show_progress (ParaphCli *self, const char *label);
void paraph_cli_warn (ParaphCli *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The members of every command that makes a record. */
void paraph_cli_write_made (ParaphCli *self, const ParaphMade *made, const char *what);
