#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/value.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/unicode.h"

static gboolean
is_upper (char c)
{
  return c >= 'A' && c <= 'Z';
}

static gboolean
is_alnum (char c)
{
  return is_upper (c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* 1 to 64 letters, digits and the characters of extra, the first one a letter or digit. */
static gboolean
is_word (const char *value, const char *extra)
{
  gsize length = strlen (value);

  if (length < 1 || length > 64 || !is_alnum (value[0]))
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!is_alnum (value[i]) && strchr (extra, value[i]) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
paraph_value_is_name (const char *value)
{
  gsize length = strlen (value);

  if (length < 1 || length > PARAPH_NAME_MAX || strcmp (value, "-") == 0)
    return FALSE;
  if (value[0] == ' ' || value[length - 1] == ' ' || strstr (value, "  ") != NULL)
    return FALSE;
  return paraph_unicode_is_plain (value, length);
}

gboolean
paraph_value_is_code (const char *value)
{
  gsize length = strlen (value);

  if (length < 2 || length > 6)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!is_upper (value[i]))
      return FALSE;
  return TRUE;
}

gboolean
paraph_value_is_token (const char *value)
{
  return is_word (value, "._-");
}

gboolean
paraph_value_is_symbol (const char *value)
{
  return is_word (value, "._-/") && strstr (value, "//") == NULL && strstr (value, "..") == NULL
         && !g_str_has_suffix (value, "/");
}

gboolean
paraph_value_is_zone (const char *value)
{
  return is_word (value, "._-/");
}

gboolean
paraph_value_is_language (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "-", 5);
  gsize primary = parts[0] == NULL ? 0 : strlen (parts[0]);

  if (primary < 2 || primary > 3 || g_strv_length (parts) > 4)
    return FALSE;
  for (gsize i = 0; i < primary; i++)
    if (parts[0][i] < 'a' || parts[0][i] > 'z')
      return FALSE;
  for (gsize part = 1; parts[part] != NULL; part++)
    {
      gsize length = strlen (parts[part]);
      if (length < 2 || length > 8 || !is_word (parts[part], ""))
        return FALSE;
    }
  return TRUE;
}

gboolean
paraph_value_is_media_type (const char *value)
{
  gsize length = strlen (value);
  gsize slashes = 0;

  if (strcmp (value, "text/plain;charset=utf-8") == 0)
    return TRUE;
  if (length < 1 || length > 64)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      char c = value[i];
      slashes += c == '/';
      if (is_upper (c) || (!is_alnum (c) && strchr (".+-/", c) == NULL))
        return FALSE;
    }
  return slashes == 1;
}

gboolean
paraph_value_is_hex (const char *value, gsize digits)
{
  return strlen (value) == digits && strspn (value, "0123456789abcdef") == digits;
}

gboolean
paraph_value_parse_number (const char *value, gint64 *ret_number)
{
  gsize length = strlen (value);
  gint64 number = 0;

  if (length < 1 || length > 16 || (value[0] == '0' && length > 1))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (value[i] < '0' || value[i] > '9')
        return FALSE;
      number = number * 10 + (value[i] - '0');
    }
  if (number > PARAPH_NUMBER_MAX)
    return FALSE;
  if (ret_number != NULL)
    *ret_number = number;
  return TRUE;
}

/* Days from 1970-01-01 to the given proleptic Gregorian date; the usual era arithmetic. */
static gint64
days_from_civil (gint64 year, gint64 month, gint64 day)
{
  gint64 shifted = month <= 2 ? year - 1 : year;
  gint64 era = shifted / 400;
  gint64 year_of_era = shifted - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return era * 146097 + day_of_era - 719468;
}

static gint64
digits (const char *text, gsize count)
{
  gint64 number = 0;
  for (gsize i = 0; i < count; i++)
    number = number * 10 + (text[i] - '0');
  return number;
}

gboolean
paraph_value_parse_time (const char *value, gint64 *ret_seconds)
{
  static const char shape[] = "0000-00-00T00:00:00Z";

  if (strlen (value) != strlen (shape))
    return FALSE;
  for (gsize i = 0; shape[i] != '\0'; i++)
    if (shape[i] == '0' ? !g_ascii_isdigit (value[i]) : value[i] != shape[i])
      return FALSE;

  gint64 year = digits (value, 4), month = digits (value + 5, 2), day = digits (value + 8, 2);
  gint64 hour = digits (value + 11, 2), minute = digits (value + 14, 2);
  gint64 second = digits (value + 17, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return FALSE;
  if (day > g_date_get_days_in_month ((GDateMonth) month, (GDateYear) year))
    return FALSE;
  if (ret_seconds != NULL)
    *ret_seconds = ((days_from_civil (year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return TRUE;
}

char *
paraph_value_format_time (gint64 seconds)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (seconds);

  g_autofree char *rest = NULL;

  if (moment == NULL)
    return NULL;
  rest = g_date_time_format (moment, "-%m-%dT%H:%M:%SZ");
  return g_strdup_printf ("%04d%s", g_date_time_get_year (moment), rest);
}

gboolean
paraph_value_parse_id (const char *value, ParaphId *ret_id)
{
  ParaphId id;

  if (paraph_id_from_hex (value, strlen (value), &id) != PARAPH_OK || paraph_id_is_zero (&id))
    return FALSE;
  *ret_id = id;
  return TRUE;
}
