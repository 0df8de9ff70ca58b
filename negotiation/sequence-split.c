/* The middle of a shortest script, found from both ends at once (Myers 1986, section 4b). */

#include "negotiation/sequence-private.h"

#define ROUNDS_MAX 256  /* beyond it the best point so far is taken */
#define ROUNDS_SHORT 32 /* the same where the budget is running out */

typedef struct
{
  const guint32 *old;
  const guint32 *new;
  gint32 n_old;
  gint32 n_new;
  gint32 *forward;  /* by diagonal old - new, counted from n_new + 1 */
  gint32 *backward; /* the same, of both sequences read from their ends */
  gint64 steps;
} Search;

static gboolean
is_equal (const Search *self, gboolean is_forward, gint32 x, gint32 y)
{
  if (is_forward)
    return self->old[x] == self->new[y];
  return self->old[self->n_old - 1 - x] == self->new[self->n_new - 1 - y];
}

/* The furthest point on one diagonal, from its neighbours of the round before; -1: outside. */
static gint32
reach (Search *self, gboolean is_forward, gint32 diagonal)
{
  const gint32 *front = (is_forward ? self->forward : self->backward) + self->n_new + 1;
  gint32 across = front[diagonal - 1] < 0 ? -1 : front[diagonal - 1] + 1;
  gint32 down = front[diagonal + 1];
  gint32 x;

  if (across > self->n_old)
    across = -1;
  if (down >= 0 && down - diagonal > self->n_new)
    down = -1;
  x = MAX (across, down);
  if (x < 0)
    return -1;
  while (x < self->n_old && x - diagonal < self->n_new
         && is_equal (self, is_forward, x, x - diagonal))
    {
      x++;
      self->steps++;
    }
  return x;
}

/* One round from one end. TRUE where it met the other end's points; then (x, y) is the meeting. */
static gboolean
advance (Search *self, gboolean is_forward, gint32 round, gint32 *ret_x, gint32 *ret_y)
{
  gint32 *front = (is_forward ? self->forward : self->backward) + self->n_new + 1;
  const gint32 *other = (is_forward ? self->backward : self->forward) + self->n_new + 1;
  gint32 delta = self->n_old - self->n_new;
  gint32 low = -round + 2 * MAX (0, round - self->n_new);
  gint32 high = round - 2 * MAX (0, round - self->n_old);
  gint32 other_round = is_forward ? round - 1 : round;
  gboolean can_meet = (delta % 2 != 0) == is_forward;

  if (low == -round)
    front[low - 1] = -1;
  if (high == round)
    front[high + 1] = -1;
  for (gint32 k = low; k <= high; k += 2)
    {
      gint32 x = reach (self, is_forward, k);
      gint32 across = delta - k;

      front[k] = x;
      self->steps++;
      if (!can_meet || x < 0 || ABS (across) > other_round || across < -self->n_new
          || across > self->n_old || other[across] < 0 || x + other[across] < self->n_old)
        continue;
      *ret_x = is_forward ? x : self->n_old - x;
      *ret_y = is_forward ? x - k : self->n_new - (x - k);
      return TRUE;
    }
  return FALSE;
}

/* The point that is furthest from its end. */
static void
settle (const Search *self, gint32 round, gint32 *ret_x, gint32 *ret_y)
{
  gint32 best = -1;

  for (guint side = 0; side < 2; side++)
    {
      const gint32 *front = (side == 0 ? self->forward : self->backward) + self->n_new + 1;

      for (gint32 k = MAX (-round, -self->n_new); k <= MIN (round, self->n_old); k++)
        {
          if (((k + round) % 2) != 0 || front[k] < 0 || 2 * front[k] - k <= best)
            continue;
          best = 2 * front[k] - k;
          *ret_x = side == 0 ? front[k] : self->n_old - front[k];
          *ret_y = side == 0 ? front[k] - k : self->n_new - (front[k] - k);
        }
    }
}

gboolean
paraph_sequence_split (ParaphSequenceRun *run, const ParaphSequencePart *part, guint32 *ret_old,
                       guint32 *ret_new)
{
  Search self = { 0 };
  gint32 rounds = run->budget > PARAPH_SEQUENCE_BUDGET / 2 ? ROUNDS_MAX : ROUNDS_SHORT;
  gint32 x = 0, y = 0;

  self.old = run->old + part->old_from;
  self.new = run->new + part->new_from;
  self.n_old = (gint32) (part->old_to - part->old_from);
  self.n_new = (gint32) (part->new_to - part->new_from);
  self.forward = run->forward;
  self.backward = run->backward;
  self.forward[self.n_new + 1] = 0;
  self.backward[self.n_new + 1] = 0;
  for (gint32 round = 1;; round++)
    {
      if (advance (&self, TRUE, round, &x, &y) || advance (&self, FALSE, round, &x, &y))
        break;
      if (round >= rounds || self.steps > run->budget)
        {
          settle (&self, round, &x, &y);
          break;
        }
    }
  run->budget -= self.steps;
  *ret_old = part->old_from + (guint32) x;
  *ret_new = part->new_from + (guint32) y;
  return run->budget > 0;
}
