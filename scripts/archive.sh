# Archives of what a JVM has loaded, for faster starts. To be sourced; JAVA_HOME must be set.
# shellcheck shell=bash

# archive_place JAR: where the archive of loaded classes of this jar and this JDK is, or may be made;
# nothing where there is no room for one. Beside the jar, or in the user's cache.
archive_place() {
  local jar=$1 version="" line directory stem
  stem=${jar##*/}
  stem=${stem%.jar}
  while IFS= read -r line; do
    case $line in
      JAVA_RUNTIME_VERSION=* | JAVA_VERSION=*) version=${line#*=} ;;
    esac
  done 2> /dev/null < "$JAVA_HOME/release"
  version=$version-${JAVA_HOME##*/}
  version=${version//[^0-9A-Za-z.+-]/}
  for directory in "${jar%/*}" "${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}"; do
    # Without a home there is no cache either, and none is to be made at the root of the system.
    [ -n "$directory" ] || continue
    [ "$directory" = "${jar%/*}" ] || directory=$directory/unpark
    local archive=$directory/$stem-$version.archive
    # One that a JVM could not make is empty, and is not tried again.
    if [ -f "$archive" ] && [ "$archive" -nt "$jar" ]; then
      printf '%s\n' "$archive"
      return 0
    fi
    if mkdir -p "$directory" 2> /dev/null && [ -w "$directory" ]; then
      printf '%s\n' "$archive"
      return 0
    fi
  done
}

# From JDK 25 on, classes are kept linked, with profiles; before, loaded.
kind_of_archive() {
  local feature=0 line
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        feature=${line#*=\"}
        feature=${feature%%[.\"+-]*}
        ;;
    esac
  done < "$JAVA_HOME/release"
  if [ "$feature" -ge 25 ]; then echo aot; else echo cds; fi
}

# archive_option ARCHIVE: how a JVM is told to write one at its end.
archive_option() {
  case $(kind_of_archive) in
    aot) printf '%s\n' "-XX:AOTCacheOutput=$1" ;;
    *) printf '%s\n' "-XX:ArchiveClassesAtExit=$1" ;;
  esac
}

# use_archive ARCHIVE: how a JVM is told to use it.
use_archive() {
  case $(kind_of_archive) in
    aot) printf '%s\n' "-XX:AOTCache=$1" ;;
    *) printf '%s\n' "-XX:SharedArchiveFile=$1" ;;
  esac
}
