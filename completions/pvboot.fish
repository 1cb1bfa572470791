# SPDX-License-Identifier: BSD-2-Clause
# Completion of pvboot(1) for fish. Commands, options and their arguments are those that pvboot --help names; a PATH is
# completed inside of the images.

# Sets pvboot_images (-d IMAGE ...), pvboot_command and pvboot_number, the number of the word after it that is being typed.
function __pvboot_look
    set -g pvboot_images
    set -g pvboot_command
    set -g pvboot_number 1
    set -l before ''
    for word in (commandline -opc)[2..-1]
        switch $before
            case -d
                set -a pvboot_images -d $word
            case -m -x --type
            case '*'
                if string match -qv -- '-*' $word
                    test -n "$pvboot_command"; and set pvboot_number (math $pvboot_number + 1); or set pvboot_command $word
                end
        end
        set before $word
        string match -qr -- '^(-[dmx]|--type)$' $word; or set before ''
    end
end

# "NAME<tab>what it does" for the lines of --help that begin so.
function __pvboot_help
    pvboot --help 2>/dev/null | string replace -rf "^  ($argv[1][^ ,]*)(?: [^ ]+)*(?:  +(.*))?\$" '$1\t$2'
end

function __pvboot_wants # KIND: is it this that is being typed?
    __pvboot_look
    if test -z "$pvboot_command"
        test $argv[1] = COMMAND
        return
    end
    set -l words (pvboot --help 2>/dev/null | string match -r "^  $pvboot_command(?: \S+)*")
    set words (string split -n ' ' -- $words[1])
    set -l at (math $pvboot_number + 1)
    set -l kind FILE
    string match -q -- '*PATH*' "$words[$at]"; and set kind PATH
    test $argv[1] = $kind
end

# The folders of the images end with a slash.
function __pvboot_paths
    set -l folder (string match -r '^.*/' -- (commandline -ct); or echo /)
    pvboot $pvboot_images ls $folder 2>/dev/null |
        string replace -r '^(.)\S+ +\d+  (?:\?|[-\d]+ [\d:]+)  (.*)$' "\$1$folder\$2" |
        string replace -r '^d(.*)' '$1/' | string replace -r '^l(.*) -> .*' '$1' | string replace -r '^[-cbpso](?=/)' ''
end

complete -c pvboot -f
complete -c pvboot -n '__pvboot_wants COMMAND' -a '(__pvboot_help "[a-z]")'
complete -c pvboot -n 'string match -q -- "-*" (commandline -ct)' -a '(__pvboot_help "-")'
complete -c pvboot -n '__pvboot_wants PATH' -a '(__pvboot_paths)'
complete -c pvboot -n '__pvboot_wants FILE' -F
complete -c pvboot -s d -r -F
complete -c pvboot -s m -x
complete -c pvboot -s x -x
complete -c pvboot -l type -x -a "pv pvh"
