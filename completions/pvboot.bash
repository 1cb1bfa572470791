# SPDX-License-Identifier: BSD-2-Clause
# Completion of pvboot(1) for bash, over bash-completion. Commands, options and their arguments are those that pvboot --help
# names; a PATH is completed inside of the images.

# What --help says of a command, "extract PATH DIR", or of all where none is given.
_pvboot_synopsis() # program [command]
{
    "$1" --help 2>/dev/null | sed -n "s/^  \(${2:-[a-z][a-z]*}\( [^ ][^ ]*\)*\)\(  .*\)*\$/\1/p"
}

# Names in a folder of the images, those of folders with a slash.
_pvboot_list() # program folder option...
{
    local program=$1 folder=$2 stamp='  \([-0-9]* [0-9:]*\|?\)  '
    shift 2
    "$program" "$@" ls "$folder" 2>/dev/null | sed -n \
        -e "s/^d[^ ]* *[0-9]*$stamp\(.*\)/\2\//p" \
        -e "s/^l[^ ]* *[0-9]*$stamp\(.*\) -> .*/\2/p" \
        -e "s/^-[^ ]* *[0-9]*$stamp\(.*\)/\2/p" | sed "s|^|$folder|"
}

_pvboot_path() # program option...
{
    local program=$1 folder=/ path
    shift
    [[ $cur == /*/* ]] && folder=${cur%/*}/
    compopt -o filenames -o nospace
    while read -r path; do
        [[ $path == "$cur"* ]] && COMPREPLY+=("$path")
    done < <(_pvboot_list "$program" "$folder" "$@")
}

_pvboot_argument() # program command number option...
{
    local program=$1 synopsis
    read -ra synopsis <<<"$(_pvboot_synopsis "$program" "$2")"
    case ${synopsis[$3]} in
    *PATH*) _pvboot_path "$program" "${@:4}" ;;
    DIR) _filedir -d ;;
    *) _filedir ;;
    esac
}

_pvboot()
{
    local cur prev words cword i images=() command='' number=1 program=$1
    _init_completion -n =: || return
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        -d) images+=(-d "${words[++i]}") ;;
        -[mx] | --type) ((++i)) ;;
        -*) ;;
        *) if [[ $command ]]; then ((++number)); else command=${words[i]}; fi ;;
        esac
    done
    if ((i > cword)); then # an option's own word
        case $prev in
        -d) _filedir ;;
        --type) mapfile -t COMPREPLY < <(compgen -W 'pv pvh' -- "$cur") ;;
        esac
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null | sed -n 's/^  \(-[^ ]*\).*/\1/p')" -- "$cur")
    elif [[ $command ]]; then
        _pvboot_argument "$program" "$command" "$number" "${images[@]}"
    else
        mapfile -t COMPREPLY < <(compgen -W "$(_pvboot_synopsis "$program" | sed 's/ .*//' | uniq)" -- "$cur")
    fi
} && complete -F _pvboot pvboot
