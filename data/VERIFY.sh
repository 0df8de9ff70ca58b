#!/bin/sh
# Check this bundle with stock tools: sh, ssh-keygen (OpenSSH 8.2 or newer), sha256sum, awk, sed,
# find, sort. Run it in the folder where the bundle was unpacked. It prints a line
# "FOUND <what> <id>" for each thing it finds, then "good" (exit 0) or "bad" (exit 1).
# READ-ME-FIRST.txt says what such a check can and cannot see.

LC_ALL=C
export LC_ALL
cd "$(dirname "$0")" || exit 2
for file in SHA256SUMS SCOPE.txt allowed_signers withheld.txt; do
  [ -f "$file" ] || { echo "$file is missing: this is not a whole bundle" >&2; exit 2; }
done
command -v ssh-keygen >/dev/null || { echo "ssh-keygen is needed" >&2; exit 2; }

# An id for a file name that holds one, else the name.
shorten='s,^\./,,; s,^\(records\|identity\|blobs\)/\([0-9a-f]\{64\}\)$,\2,;
s,^records/\([0-9a-f]\{64\}\)\.sig$,\1,; s,^identity/\([0-9a-f]\{64\}\)\.[0-9a-f]*\.sig$,\1,'

# Every file is in SHA256SUMS with its bytes, and nothing else is there.
check_sums() {
  {
    sha256sum -c SHA256SUMS 2>/dev/null | sed -n 's/: FAILED.*$//p'
    { find . -type f | sed 's,^\./,,' | grep -v -x SHA256SUMS
      sed 's/^[0-9a-f]*  //' SHA256SUMS; } | sort | uniq -u
    find . ! -type f ! -type d
  } | sed "$shorten" | sed 's/^/FOUND altered /'
}

# A record, an identity record and a blob are named by the SHA-256 of their bytes.
check_names() {
  find records identity blobs -type f ! -name '*.sig' -exec sha256sum {} + 2>/dev/null |
    awk '{ n = split($2, part, "/"); if ($1 != part[n]) print "FOUND altered", part[n] }'
}

# allowed_signers as lines "<principal> <id by its key> <key>"; ids are SHA-256 of the key's blob.
signers() {
  awk '{ print $3, $4 }' allowed_signers | ssh-keygen -l -E sha256 -f - |
    awk '
      function hex(text,    out, i, bits, size, at) {
        out = ""; bits = 0; size = 0
        for (i = 1; i <= length(text); i++) {
          at = index(letters, substr(text, i, 1)) - 1
          if (at < 0) break
          bits = bits * 64 + at; size += 6
          while (size >= 4) {
            size -= 4
            at = int(bits / 2 ^ size)
            out = out substr("0123456789abcdef", at + 1, 1)
            bits -= at * 2 ^ size
          }
        }
        return out
      }
      BEGIN {
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
      }
      FILENAME == "allowed_signers" { name[++names] = $1; key[names] = substr(hex($4), 39, 64) }
      FILENAME == "-" { sub("SHA256:", "", $2); print name[FNR], substr(hex($2), 1, 64), key[FNR] }
    ' allowed_signers -
}

field() { # KEY FILE: the first line with this key
  sed -n "/^$1: /{s///p;q;}" "$2"
}

verify() { # PRINCIPAL NAMESPACE SIGNATURE FILE
  ssh-keygen -Y verify -f allowed_signers -I "$1" -n "$2" -s "$3" <"$4" >/dev/null 2>&1
}

check_records() {
  find records -type f ! -name '*.sig' | sort | while read -r file; do
    id=${file##*/}
    author=$(field author "$file")
    space=charter@paraph
    if [ "$(field kind "$file")" != charter ]; then
      space="record.$(field negotiation "$file" | cut -c 1-32)@paraph"
    fi
    verify "$author" "$space" "$file.sig" "$file" || echo "FOUND bad-signature $id"
    # The author's key stands in a "powers" record of the delegation it signs for.
    rely=identity/$(field identity "$file")
    [ ! -f "records/${rely#*/}" ] || echo "FOUND unknown-key $id"
    [ -f "$rely" ] || continue
    founding=$(field author "$rely")
    [ "$founding" != - ] || founding=${rely##*/}
    key=$(echo "$table" | awk -v who="$author" '$1 == who && $2 == who { print $3; exit }')
    found=$(find identity -type f ! -name '*.sig' -exec grep -l -x "key: ${key:-none}" {} + |
      while read -r powers; do
        [ "$(field author "$powers")" = "$founding" ] && echo yes
      done)
    [ -n "$found" ] || echo "FOUND unknown-key $id"
  done
}

check_identities() {
  find identity -type f ! -name '*.sig' | sort | while read -r file; do
    id=${file##*/}
    founding=$(field author "$file")
    [ "$founding" != - ] || founding=$id
    [ -f "identity/$founding" ] || continue
    enough=$(field threshold "identity/$founding")
    for sig in "$file".*.sig; do
      short=${sig#"$file".}
      short=${short%.sig}
      who=$(echo "$table" | awk -v short="$short" \
        'substr($1, 1, 16) == short && $1 == $2 { print $1, $3; exit }')
      if [ -n "$who" ] && grep -q -x "custodian: ${who#* }" "identity/$founding" &&
        verify "${who% *}" identity@paraph "$sig" "$file"; then
        enough=$((enough - 1))
      else
        echo "FOUND bad-signature $id"
      fi
    done
    [ "$enough" -le 0 ] || echo "FOUND bad-signature $id"
  done
}

# All headers as lines "<folder> <id> <line>": the common lines, and those of the others needed here.
headers() {
  find records identity -type f ! -name '*.sig' -exec awk '
    FNR == 1 { n = split(FILENAME, part, "/"); common = 1; kind = "" }
    common && /^kind: / { kind = $2 }
    common || /^body: / || (kind == "revocation" && /^device: /) ||
      (kind == "checkpoint" && /^identity-head: /) { print part[n - 1], part[n], $0 }
    /^salt: / { common = 0 }
  ' {} +
}

# Places: numbers and clocks without gaps, no two records at one place, nothing named that is not
# here or is something else, and nothing here that nobody names.
check_places() {
  headers | awk -v charter="$(sed -n 's/^negotiation: //p' SCOPE.txt)" '
    function name(from, to) { names[from] = names[from] " " to }
    function founding(id) { return author[id] == "-" ? id : author[id] }
    function chain(id) { return founding(id) " " channel[id] }
    # Everything that a record in todo relies on, however far.
    function reach(  id, part, n, i) {
      while (last > 0) {
        id = todo[last--]
        if (id in reached) continue
        reached[id] = 1
        if (!(id in held)) broken = 1
        n = split(names[id], part, " ")
        for (i = 1; i <= n; i++) todo[++last] = part[i]
      }
    }
    function malformed(id,  before, line, part, clock, n, i) {
      before = previous[id]
      clock = before in held ? time[before] : 0
      if (before == "-" ? number[id] != 0 : (before in held) &&
          (number[id] != number[before] + 1 || folder[id] != folder[before] ||
           chain(id) != chain(before))) return 1
      n = split(seen[id], line, "\n")
      for (i = 2; i <= n; i++) {
        split(line[i], part, " ")
        if (!(part[3] in held)) return 0
        if (author[part[3]] != part[1] || number[part[3]] != part[2] || folder[part[3]] != "records" ||
            channel[part[3]] != channel[id] || part[1] == author[id]) return 1
        if (time[part[3]] > clock) clock = time[part[3]]
      }
      if (!(before in held) && before != "-") return 0
      if (time[id] != clock + 1) return 1
      n = split(heads[id], line, "\n")
      for (i = 2; i <= n; i++) {
        split(line[i], part, " ")
        if ((part[3] in held) && (folder[part[3]] != "identity" || founding(part[3]) != part[1] ||
                                  number[part[3]] != part[2])) return 1
      }
      return 0
    }
    BEGIN {
      while ((getline text < "withheld.txt") > 0) withheld[text] = 1
      while ((getline text < "SCOPE.txt") > 0)
        if (split(text, part, " ") == 3) wanted[todo[++last] = part[3]] = 1
      wanted[todo[++last] = charter] = 1
    }
    $3 == "paraph-record" { held[$2] = 1; folder[$2] = $1 }
    $3 == "negotiation:" { negotiation[$2] = $4 }
    $3 == "channel:" { channel[$2] = $4 == "-" ? $2 : $4; if ($1 == "records" && $4 != "-") name($2, $4) }
    $3 == "author:" { author[$2] = $4 }
    $3 == "number:" { number[$2] = $4 }
    $3 == "clock:" { time[$2] = $4 }
    $3 == "previous:" { previous[$2] = $4; if ($4 != "-") name($2, $4) }
    $3 == "identity:" && $4 != "-" { wanted[$4] = 1; name($2, $4) }
    $3 == "seen:" && $4 != "-" { wanted[$6] = 1; name($2, $6); seen[$2] = seen[$2] "\n" $4 " " $5 " " $6 }
    $3 == "identity-head:" && $4 != "-" {
      wanted[$6] = 1; name($2, $6); heads[$2] = heads[$2] "\n" $4 " " $5 " " $6
    }
    $3 == "body:" { blob[$NF] = 1 }
    $3 == "device:" { device[$2] = $4 }
    END {
      reach()
      for (id in held) {
        if (folder[id] == "records" && negotiation[id] != charter && id != charter ||
            !broken && !(id in reached)) {
          print "FOUND replay", id
          continue
        }
        if (id in device) revoked[device[id]] = 1
        if (previous[id] != "-" && !(previous[id] in held)) {
          print "FOUND gap", previous[id]
          gone[previous[id]] = 1
        }
        if (malformed(id)) { print "FOUND malformed", id; continue }
        place = chain(id) " " number[id]
        if (place in at) {
          twice[place] = 1
          if (id < at[place]) at[place] = id
        } else at[place] = id
      }
      for (place in twice) {
        split(place, part, " ")
        line = part[1] " " part[2]
        if (!(line in low) || part[3] + 0 < low[line]) { low[line] = part[3] + 0; proof[line] = at[place] }
      }
      for (line in low) {
        split(line, part, " ")
        print "FOUND", (part[1] in revoked ? "settled" : "fork"), proof[line]
      }
      for (id in wanted) if (!(id in held) && !(id in gone)) print "FOUND truncated", id
      for (id in blob) {
        if (id in withheld) print "FOUND withheld", id
        else if ((getline text < ("blobs/" id)) < 0) print "FOUND lacking", id
      }
      print "DONE"
    }'
}

table=$(signers)
[ "$(echo "$table" | wc -l)" -eq "$(wc -l <allowed_signers)" ] ||
  { echo "allowed_signers cannot be read" >&2; exit 2; }
all=$(
  echo "$table" | awk '$1 != $2 || length($3) != 64 { print "FOUND altered allowed_signers" }'
  check_sums
  check_names
  check_records
  check_identities
  check_places
)
case $all in
  *DONE) all=${all%DONE} ;;
  *) echo "a tool that is needed failed" >&2; exit 2 ;;
esac
# What was altered is not also missing.
all=$(echo "$all" | awk '
  $2 == "altered" { altered[$3] = 1 }
  { line[NR] = $0; what[NR] = $2; id[NR] = $3 }
  END {
    for (i = 1; i <= NR; i++)
      if (line[i] != "" && !((what[i] == "gap" || what[i] == "truncated") && id[i] in altered))
        print line[i]
  }' | sort -u)
[ -z "$all" ] || echo "$all"
if echo "$all" | grep -q -v -E '^$|^FOUND (settled|withheld) '; then
  echo bad
  exit 1
fi
echo good
