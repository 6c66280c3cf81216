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

" What the program says of its commands, by their short names.
let s:commands = {}
function! s:describe() abort
  if empty(s:commands) && executable(s:program())
    silent let l:answer = json_decode(matchstr(system(shellescape(s:program()) . ' command describe'), '{\_.*}'))
    for l:command in l:answer.data.commands
      let s:commands[substitute(l:command.id, '^dockwright\.', '', '')] = l:command
    endfor
  endif
  return s:commands
endfunction

" Words as a shell has them: quotes hold together.
function! s:words(line) abort
  let l:words = []
  call substitute(a:line, '\v%([^ "'']|"[^"]*"|''[^'']*'')+', '\=add(l:words, submatch(0))', 'g')
  return map(l:words, {_, word -> substitute(word, '\v"([^"]*)"|''([^'']*)''', '\1\2', 'g')})
endfunction

" Several words are several containers or images, or what the command is about and the program to run there.
function! s:arguments(command, line) abort
  let l:words = s:words(a:line)
  if len(l:words) < 2 || a:line =~# '^[{"]'
    return a:line
  endif
  let l:main = get(a:command, 'main', '')
  let l:main = empty(l:main) ? 'container' : l:main
  let l:known = get(a:command.arguments, 'properties', {})
  if has_key(l:known, 'argv')
    return json_encode({l:main: l:words[0], 'argv': l:words[1:]})
  endif
  return has_key(l:known, l:main . 's') ? json_encode({l:main . 's': l:words}) : a:line
endfunction

" What is behind the command's name is its arguments: words or a JSON object. Without, those that are about a Dockerfile get that
" of the buffer. The results of those that only do something are not shown: they say how it went.
function! s:command(line) abort
  let l:id = matchstr(a:line, '^\S*')
  let l:rest = trim(a:line[len(l:id):])
  if empty(l:id)
    return feedkeys(":Dockwright \<C-D>", 'n')
  endif
  let l:command = get(s:describe(), l:id, {'class': 'read', 'arguments': {}})
  let l:rest = s:arguments(l:command, l:rest)
  if empty(l:rest) && &filetype ==# 'dockerfile' && index(['image.build', 'image.contextPreview', 'build.history'], l:id) >= 0
    let l:rest = json_encode(extend({'dockerfile': expand('%:p')}, l:id ==# 'image.build' ? {'propose': v:true} : {}))
  endif
  let l:shows = l:command.class ==# 'read' && index(['container.logs', 'container.open', 'container.wait', 'engine.use'], l:id) < 0 || l:id ==# 'container.terminal'
  return s:open(['command', l:id] + (empty(l:rest) ? [] : [l:rest]), l:shows ? {} : {'out_io': 'null'})
endfunction

function! s:complete(lead, line, position) abort
  return a:line[: a:position - 1] =~# '^\S*\s\+\S\+\s' ? '' : join(sort(keys(s:describe())), "\n")
endfunction

command! -nargs=* -complete=custom,s:complete Dockwright call s:command(<q-args>)
command! -nargs=+ DockwrightShell call s:open(['exec'] + [<f-args>], {'term_finish': 'close'})
