" Vim with ALE, as its README has it.
set nocompatible nomore shortmess+=I noswapfile
let &runtimepath = $DOCKWRIGHT_PLUGIN . ',' . $DOCKWRIGHT_ALE . ',' . &runtimepath
let g:ale_linters = {'dockerfile': ['dockwright']}
let g:ale_dockerfile_dockwright_executable = $DOCKWRIGHT_BINARY
let g:ale_dockerfile_dockwright_options = {'workspaceTrust': 'trusted', 'engine': {'host': $DOCKWRIGHT_HOST}}
let g:ale_lsp_show_message_severity = 'information'
filetype plugin on
syntax on
