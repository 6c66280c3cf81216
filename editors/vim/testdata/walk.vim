" What the tests do in Vim with ALE: diagnostics, a fix, a command as a code action, a command by name, a terminal.
set nocompatible nomore shortmess+=I noswapfile
let &runtimepath = $DOCKWRIGHT_PLUGIN . ',' . $DOCKWRIGHT_ALE . ',' . &runtimepath
let g:ale_linters = {'dockerfile': ['dockwright']}
let g:ale_dockerfile_dockwright_executable = $DOCKWRIGHT_BINARY
let g:ale_dockerfile_dockwright_options = {'workspaceTrust': 'trusted', 'engine': {'host': $DOCKWRIGHT_HOST}}
let g:ale_lsp_show_message_severity = 'information'
filetype plugin on
runtime! plugin/**/*.vim

function! Wait(what, F) abort
  for l:i in range(2000)
    let l:got = a:F()
    if !empty(l:got)
      return l:got
    endif
    sleep 10m
  endfor
  throw a:what . ' does not come: ' . (exists('s:terminal') ? Terminal() : '') . string(ale#engine#GetLoclist(bufnr('Dockerfile'))) . execute('messages')
endfunction

function! Find(rule) abort
  return filter(copy(ale#engine#GetLoclist(bufnr('Dockerfile'))), {_, item -> get(item, 'code', '') ==# a:rule})
endfunction

" Choose has ALE's next menu answered with the item that has the title.
runtime autoload/ale/util.vim
function! ale#util#Input(message, value, ...) abort
  let l:item = matchstr(a:message, '\v\d+\ze\) [^\n]*\V' . s:title)
  let s:chosen = a:message
  return l:item
endfunction
function! Choose(title) abort
  let s:title = a:title
  let s:chosen = ''
  ALECodeAction
  call Wait('the menu with ' . a:title, {-> s:chosen})
  if s:chosen !~# '\V' . a:title
    throw 'no ' . a:title . ' in ' . s:chosen
  endif
endfunction

function! Terminal() abort
  return join(getbufline(s:terminal, 1, '$'), "\n")
endfunction

function! Walk() abort
  edit $DOCKWRIGHT_DIR/dev.Containerfile
  if &filetype !=# 'dockerfile'
    throw 'dev.Containerfile is ' . &filetype
  endif
  edit $DOCKWRIGHT_DIR/Dockerfile
  let l:file = bufnr('')
  let l:found = Wait('a diagnostic', {-> Find('StageNameCasing')})[0]
  if getline(l:found.lnum)[l:found.col - 1 : l:found.end_col - 1] !=# 'Build'
    throw 'the diagnostic marks ' . string(l:found)
  endif

  call cursor(l:found.lnum, l:found.col)
  call Choose('Change to build')
  call Wait('the fix', {-> getline(2) =~# 'AS build$' ? 1 : 0})
  write
  ALELint
  call Wait('a clean file', {-> empty(Find('StageNameCasing'))})

  call cursor(2, 8)
  call Choose('Build ')
  call Wait('the build', {-> system(shellescape($DOCKWRIGHT_BINARY) . ' command image.list vim-app') =~# 'vim-app:latest'})

  Dockwright container.list {"all": true}
  let s:terminal = bufnr('')
  call Wait('the list', {-> Terminal() =~# '"status": "ok"'})
  quit!

  " A build says how it went, and no more; several words are several containers.
  Dockwright image.build
  let s:terminal = bufnr('')
  call Wait('the build', {-> Terminal() =~# 'dockwright: Built'})
  if Terminal() =~# '"status"'
    throw 'the build shows ' . Terminal()
  endif
  quit!
  for l:name in ['vim-many1', 'vim-many2']
    call system(shellescape($DOCKWRIGHT_BINARY) . ' command container.run ' . shellescape(json_encode({'image': 'busybox:latest', 'name': l:name, 'argv': ['true']})))
  endfor
  Dockwright container.remove vim-many1 vim-many2
  let s:terminal = bufnr('')
  call Wait('the question', {-> Terminal() =~# 'Number:'})
  if Terminal() !~# 'Remove 2 containers'
    throw 'the question is ' . Terminal()
  endif
  call term_sendkeys(s:terminal, "1\<CR>")
  call Wait('the removal', {-> term_getstatus(s:terminal) =~# 'finished'})
  if system(shellescape($DOCKWRIGHT_BINARY) . ' command container.list ' . shellescape('{"all": true}')) =~# 'vim-many'
    throw 'the containers are there'
  endif
  quit!
  Dockwright container.run busybox sh -c "echo in a 'container'; exit 3" 'a b'
  let s:terminal = bufnr('')
  call Wait('what it writes', {-> Terminal() =~# 'in a container'})
  quit!
  Dockwright container.exec vim-nosuch ls -l
  let s:terminal = bufnr('')
  call Wait('the failure', {-> Terminal() =~# 'vim-nosuch'})
  if Terminal() =~# 'ls -l'
    throw 'the container is ' . Terminal()
  endif
  quit!
  if getcompletion('Dockwright container.ex', 'cmdline') !=# ['container.exec', 'container.explain']
    throw 'completion gives ' . string(getcompletion('Dockwright container.ex', 'cmdline'))
  endif
endfunction

try
  call Walk()
  call writefile(['PASS Vim ' . v:version], $DOCKWRIGHT_OUT)
catch
  call writefile(['FAIL ' . v:exception . ' at ' . v:throwpoint], $DOCKWRIGHT_OUT)
endtry
qall!
