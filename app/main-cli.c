/* paraph-cli: the program for scripts, secretariats, servers without display, and auditors. */

#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "app/cli.h"
#include "config.h"
#include "crypto/start.h"

#define FREED_BYTE 0xA5

/* Files are the owner's; freed memory is overwritten; nothing of this process lands in a core. */
static gboolean
harden (void)
{
  const struct rlimit none = { 0, 0 };

  (void) umask (077);                     /* cannot fail */
  (void) mallopt (M_PERTURB, FREED_BYTE); /* other allocators, a sanitizer's too, know it not */
  return setrlimit (RLIMIT_CORE, &none) == 0 && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static gboolean
ask (const char *question)
{
  char answer[8] = "";

  (void) fprintf (stderr, "%s %s ", question, _ ("Type “yes” to go on:"));
  (void) fflush (stderr);
  return fgets (answer, sizeof answer, stdin) != NULL && strcmp (answer, "yes\n") == 0;
}

/* What a command tells as it goes. */
static gboolean
tell (const char *text)
{
  return fputs (text, stdout) >= 0 && fflush (stdout) == 0;
}

int
main (int argc, char **argv)
{
  gboolean is_terminal = isatty (STDIN_FILENO) && isatty (STDERR_FILENO);
  ParaphCliResult result = { 0 };
  int status = 0;

  (void) argc; /* argv ends in NULL */
  (void) setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, PARAPH_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  if (!harden () || paraph_crypto_start () != 0)
    {
      (void) fprintf (
          stderr, "paraph-cli: %s\n",
          _ ("The cryptography of this machine does not pass its tests. Nothing was done."));
      return 4;
    }
  paraph_cli_run ((const char *const *) (argv + 1), isatty (STDOUT_FILENO),
                  is_terminal ? ask : NULL, tell, &result);
  if (result.err != NULL)
    (void) fputs (result.err, stderr);
  status = result.exit;
  if (result.out != NULL && (fputs (result.out, stdout) < 0 || fflush (stdout) != 0))
    status = 4;
  paraph_cli_result_clear (&result);
  return fflush (stdout) == 0 ? status : 4;
}
