" :Dockwright COMMAND [ARGUMENTS] runs a command of dockwright in a terminal window, which asks what there is to ask.
" :DockwrightShell CONTAINER [PROGRAM...] opens a terminal in a container.
if exists('g:loaded_dockwright') || !has('terminal')
  finish
endif
let g:loaded_dockwright = 1

function! s:program() abort
  return get(g:, 'ale_dockerfile_dockwright_executable', 'dockwright')
endfunction

function! s:open(arguments, options) abort
  if !executable(s:program())
    echohl ErrorMsg | echomsg 'dockwright: ' . s:program() . ' cannot be run: set g:ale_dockerfile_dockwright_executable' | echohl None
    return
  endif
  return term_start([s:program()] + a:arguments, extend({'term_name': 'dockwright ' . join(a:arguments)}, a:options))
endfunction

" Everything behind the command's name is one argument: a word or a JSON object. Without one, those that are about a Dockerfile
" get that of the buffer.
function! s:command(line) abort
  let l:id = matchstr(a:line, '^\S*')
  let l:rest = trim(a:line[len(l:id):])
  if empty(l:id)
    return s:open(['command', '--help'], {})
  endif
  if empty(l:rest) && &filetype ==# 'dockerfile' && index(['image.build', 'image.contextPreview', 'build.history'], l:id) >= 0
    let l:rest = json_encode({'dockerfile': expand('%:p')})
  endif
  return s:open(['command', l:id] + (empty(l:rest) ? [] : [l:rest]), {})
endfunction

let s:ids = []
function! s:complete(lead, line, position) abort
  if a:line[: a:position - 1] =~# '^\S*\s\+\S\+\s'
    return ''
  endif
  if empty(s:ids) && executable(s:program())
    silent let l:answer = json_decode(matchstr(system(shellescape(s:program()) . ' command describe'), '{\_.*}'))
    let s:ids = map(l:answer.data.commands, {_, c -> substitute(c.id, '^dockwright\.', '', '')})
  endif
  return join(s:ids, "\n")
endfunction

command! -nargs=* -complete=custom,s:complete Dockwright call s:command(<q-args>)
command! -nargs=+ DockwrightShell call s:open(['exec'] + [<f-args>], {'term_finish': 'close'})
