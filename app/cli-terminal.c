#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-terminal.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "app/home.h"

#define SECRET_MAX 1024
#define TICK (G_USEC_PER_SEC / 5)
#define LINE_CLEAR "\r\033[K"

/* A terminal that takes no more is nobody's loss: the work goes on. */
static void
write_plain (const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize n = write (STDERR_FILENO, text, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return;
      text += n;
      left -= (gsize) n;
    }
}

/* Secrets */

typedef enum
{
  TYPING_GOES_ON,
  TYPING_DONE,
  TYPING_GIVEN_UP
} Typing;

/* One byte typed. Erasing takes a whole character of UTF-8. */
static Typing
take_byte (guint8 byte, guint8 *bytes, gsize *size)
{
  switch (byte)
    {
    case '\r':
    case '\n':
      return TYPING_DONE;
    case 0x03: /* interrupt */
    case 0x04: /* end of input */
      return TYPING_GIVEN_UP;
    case 0x15: /* the whole line */
      *size = 0;
      return TYPING_GOES_ON;
    case 0x08:
    case 0x7F:
      while (*size > 0 && (bytes[*size - 1] & 0xC0) == 0x80)
        --*size;
      *size -= *size > 0 ? 1 : 0;
      return TYPING_GOES_ON;
    default:
      break;
    }
  if (*size == SECRET_MAX)
    return TYPING_GIVEN_UP;
  bytes[(*size)++] = byte;
  return TYPING_GOES_ON;
}

/* Bytes come one by one and signals as bytes: so the terminal is always put right again. It asks
 * only once nothing is shown any more. */
static gboolean
read_unseen (const char *question, guint8 *bytes, gsize *ret_size)
{
  struct termios before;
  struct termios unseen;
  Typing typing = TYPING_GOES_ON;
  gsize size = 0;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return FALSE;
  unseen = before;
  unseen.c_lflag &= ~((tcflag_t) ECHO | (tcflag_t) ICANON | (tcflag_t) ISIG | (tcflag_t) IEXTEN);
  unseen.c_cc[VMIN] = 1;
  unseen.c_cc[VTIME] = 0;
  if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &unseen) != 0)
    return FALSE;
  write_plain (question);
  write_plain (" ");
  while (typing == TYPING_GOES_ON)
    {
      guint8 byte = 0;
      gssize n = read (STDIN_FILENO, &byte, 1);

      if (n == 1)
        typing = take_byte (byte, bytes, &size);
      else if (n == 0 || errno != EINTR)
        typing = TYPING_GIVEN_UP;
    }
  if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &before) != 0)
    typing = TYPING_GIVEN_UP;
  *ret_size = size;
  return typing == TYPING_DONE && size > 0;
}

ParaphSecret *
paraph_terminal_ask_secret (const char *question, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *buffer = NULL;
  ParaphSecret *secret = NULL;
  gboolean is_read = FALSE;
  gsize size = 0;

  if (paraph_secret_new ("typed line", SECRET_MAX, &buffer) == 0)
    {
      is_read = read_unseen (question, paraph_secret_data_mutable (buffer), &size);
      write_plain ("\n");
      if (!is_read)
        {
          g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
                       _ ("Nothing was done: no passphrase was given. Try again, or give "
                          "--passphrase-file or --key-file."));
          return NULL;
        }
      if (paraph_secret_new_copy ("passphrase", paraph_secret_data (buffer), size, &secret) == 0)
        return secret;
    }
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_MEMORY, "no locked memory");
  return NULL;
}

ParaphSecret *
paraph_terminal_ask_new_secret (const char *question, const char *again, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *first = paraph_terminal_ask_secret (question, error);
  PARAPH_SECRET_AUTO ParaphSecret *second = NULL;
  ParaphSecret *result = NULL;

  if (first != NULL)
    second = paraph_terminal_ask_secret (again, error);
  if (second == NULL)
    return NULL;
  if (!paraph_secret_equal (first, second))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
                   _ ("Nothing was done: the two passphrases are not the same. Try again."));
      return NULL;
    }
  result = first;
  first = NULL;
  return result;
}

/* Progress */

struct ParaphProgress
{
  const char *label;
  gint64 start;
  GThread *thread;
  GMutex mutex; /* of what follows */
  GCond cond;
  gboolean is_over;
  guint done;
  guint total;
};

static void
write_state (ParaphProgress *self)
{
  gint64 seconds = (g_get_monotonic_time () - self->start) / G_USEC_PER_SEC;
  g_autofree char *line = NULL;

  if (seconds < 1)
    return;
  if (self->total > 0)
    line = g_strdup_printf (LINE_CLEAR "%s %u/%u (%" G_GINT64_FORMAT " s)", self->label, self->done,
                            self->total, seconds);
  else
    line = g_strdup_printf (LINE_CLEAR "%s %" G_GINT64_FORMAT " s", self->label, seconds);
  write_plain (line);
}

static gpointer
show_progress (gpointer data)
{
  ParaphProgress *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->is_over)
    {
      write_state (self);
      (void) g_cond_wait_until (&self->cond, &self->mutex, g_get_monotonic_time () + TICK);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

ParaphProgress *
paraph_progress_new (const char *label)
{
  ParaphProgress *self = g_new0 (ParaphProgress, 1);

  self->label = label;
  self->start = g_get_monotonic_time ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("progress", show_progress, self);
  return self;
}

void
paraph_progress_count (ParaphProgress *self, guint done, guint total)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->done = done;
  self->total = total;
  g_mutex_unlock (&self->mutex);
}

void
paraph_progress_free (ParaphProgress *self)
{
  gboolean was_shown = FALSE;

  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  was_shown = g_get_monotonic_time () - self->start >= G_USEC_PER_SEC;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  (void) g_thread_join (self->thread); /* it returns nothing */
  if (was_shown)
    write_plain (LINE_CLEAR);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
