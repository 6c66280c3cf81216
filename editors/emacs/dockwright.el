;;; dockwright.el --- Dockerfiles and the container engine by a language server -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, tools

;;; Commentary:

;; Connects eglot or lsp-mode to dockwright, and calls its commands: M-x dockwright.
;;
;;   (require 'dockwright)
;;   (add-hook 'dockerfile-mode-hook #'eglot-ensure) ; or #'lsp
;;
;; Commands need a running server: visit a Dockerfile first.

;;; Code:

(require 'cl-lib)
(require 'eieio)
(require 'json)
(require 'subr-x)
(require 'term)
(require 'url-util)

(defgroup dockwright nil
  "Dockerfiles and the container engine."
  :group 'tools)

(defcustom dockwright-program "dockwright"
  "The program: a name or a path."
  :type 'string)

(defcustom dockwright-options nil
  "The server's initializationOptions, as a property list.
For example (:workspaceTrust \"trusted\" :engine (:host \"ssh://me@host\"))."
  :type 'plist)

(defun dockwright--contact (&rest _)
  "The command line and options of the server, as eglot wants them."
  (list 'dockwright-eglot-server dockwright-program "--stdio" :initializationOptions (or dockwright-options (make-hash-table))))

(declare-function dockwright-eglot-server--eieio-childp "dockwright")

;;;###autoload
(with-eval-after-load 'eglot
  (defvar eglot-server-programs)
  (add-to-list 'eglot-server-programs '((dockerfile-mode dockerfile-ts-mode) . dockwright--contact))
  (defclass dockwright-eglot-server (eglot-lsp-server) () :documentation "Our server, with questions and messages of our own.")
  (cl-defmethod eglot-handle-request ((_server dockwright-eglot-server) (_method (eql 'window/showMessageRequest)) &key message actions &allow-other-keys)
    (dockwright--question message (append actions nil)))
  (cl-defmethod eglot-handle-notification ((_server dockwright-eglot-server) (_method (eql 'window/showMessage)) &key message &allow-other-keys)
    (dockwright--tell message))
  (advice-add (if (fboundp 'eglot-execute) 'eglot-execute 'eglot-execute-command) :around #'dockwright--execute))

(defun dockwright--ours (command)
  "Whether COMMAND takes its time or has something to show."
  (and (string-match-p "dockwright\\." command) (not (string-match-p "dockwright\\.document\\." command))))

(defun dockwright--execute (next server action &rest more)
  "Run a command of a code action as `dockwright' does, and others by NEXT.
By itself eglot gives up after some seconds.  SERVER ACTION MORE: what it got."
  (let* ((command (if (listp action) (plist-get action :command) (format "%s" action)))
         (arguments (if (listp action) (plist-get action :arguments) (car more))))
    (when (listp command) ; of a code action
      (setq arguments (plist-get command :arguments)
            command (plist-get command :command)))
    (if (and (stringp command) (dockwright--ours command))
        (dockwright command (and (> (length arguments) 0) (dockwright--plist (elt arguments 0))))
      (apply next server action more))))

(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")

(defvar dockwright--handlers (make-hash-table :test #'equal)
  "What lsp-mode does for the commands of code actions.
By itself it waits for them, and gives up after some seconds.")

;;;###autoload
(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () (list dockwright-program "--stdio")))
                    :major-modes '(dockerfile-mode dockerfile-ts-mode)
                    :priority 1
                    :initialization-options (lambda () (or dockwright-options (make-hash-table)))
                    :action-handlers dockwright--handlers
                    :request-handlers (dockwright--table "window/showMessageRequest"
                                                         (lambda (_ params)
                                                           (let ((params (dockwright--plist params)))
                                                             (dockwright--question (plist-get params :message) (plist-get params :actions)))))
                    :notification-handlers (dockwright--table "window/showMessage"
                                                              (lambda (_ params) (dockwright--tell (plist-get (dockwright--plist params) :message))))
                    :initialized-fn (lambda (_) (dockwright--handle))
                    :server-id 'dockwright)))

(defun dockwright--table (key value)
  "A hash table that has VALUE under KEY."
  (let ((table (make-hash-table :test #'equal)))
    (puthash key value table)
    table))

(defun dockwright--handle ()
  "Have lsp-mode run our commands as `dockwright' does."
  (dolist (command (dockwright-catalogue))
    (let ((id (plist-get command :id)))
      (when (dockwright--ours id)
        (puthash id (lambda (action)
                      (let ((arguments (gethash "arguments" action)))
                        (dockwright id (and (> (length arguments) 0) (dockwright--plist (elt arguments 0))))))
                 dockwright--handlers)))))

;;; What the server asks and says

(defun dockwright--pick (question titles)
  "Let the user pick one of TITLES after QUESTION.
Nil if the user quits or picks none; nothing is picked beforehand."
  (let* ((few (<= (length titles) 8)) ; more are shown by completion
         (prompt (if few (format "%s\n%s\nPick one: " question (mapconcat (lambda (title) (concat "  " title)) titles "\n"))
                   (concat question " "))))
    (car (member (condition-case nil (completing-read prompt titles nil t) (quit nil)) titles))))

(defun dockwright--question (message actions)
  "Answer a question of the server: MESSAGE with one of ACTIONS.
A question that is dismissed means no."
  (let ((title (dockwright--pick message (mapcar (lambda (action) (plist-get action :title)) actions))))
    (and title (list :title title))))

(defun dockwright--tell (message)
  "Show a MESSAGE of the server, unless what it tells of is done here."
  (unless (string-prefix-p "Run this in a terminal: " message)
    (message "dockwright: %s" message)))

;;; Calling the server

(declare-function eglot-current-server "eglot")
(declare-function eglot--signal-textDocument/didChange "eglot")
(declare-function jsonrpc-async-request "jsonrpc")
(declare-function lsp-workspaces "lsp-mode")
(declare-function lsp-request-async "lsp-mode")

(defvar dockwright--source nil
  "The buffer whose server a result came from.")

(defun dockwright--source ()
  "A buffer with a server: this, the one a result came from, or any."
  (cl-find-if (lambda (buffer)
                (and (buffer-live-p buffer)
                     (with-current-buffer buffer
                       (or (and (fboundp 'eglot-current-server) (bound-and-true-p eglot--managed-mode) (eglot-current-server))
                           (and (bound-and-true-p lsp-mode) (lsp-workspaces))))))
              (cl-list* (current-buffer) dockwright--source (buffer-list))))

(defun dockwright--plist (value)
  "VALUE with hash tables and vectors made property lists and lists."
  (cond ((hash-table-p value)
         (let (plist)
           (maphash (lambda (k v) (setq plist (plist-put plist (intern (concat ":" (if (symbolp k) (symbol-name k) k))) (dockwright--plist v)))) value)
           plist))
        ((vectorp value) (mapcar #'dockwright--plist value))
        ((and (consp value) (keywordp (car value)))
         (cl-loop for (k v) on value by #'cddr append (list k (dockwright--plist v))))
        ((consp value) (mapcar #'dockwright--plist value))
        ((memq value '(:null :json-false)) nil)
        (t value)))

(defun dockwright--json (value)
  "VALUE as servers take it: lists that are no property lists are vectors."
  (cond ((and (consp value) (keywordp (car value)))
         (cl-loop for (k v) on value by #'cddr
                  unless (null v) append (list k (dockwright--json v))))
        ((listp value) (vconcat (mapcar #'dockwright--json value)))
        ((vectorp value) (vconcat (mapcar #'dockwright--json value)))
        (t value)))

(defun dockwright-call (id arguments then)
  "Call the command ID with ARGUMENTS, a property list.
Pass its result to THEN."
  (let ((source (or (dockwright--source) (user-error "dockwright does not run: visit a Dockerfile first")))
        (params (list :command (if (string-prefix-p "dockwright." id) id (concat "dockwright." id))
                      :arguments (vector (if arguments (dockwright--json arguments) (make-hash-table))))))
    (with-current-buffer source
      (let* ((result (lambda (answer) (let ((dockwright--source source)) (funcall then (dockwright--plist answer)))))
             (failed (lambda (fault) (message "dockwright: %s" (or (plist-get (dockwright--plist fault) :message) fault)))))
        (when (and (not (bound-and-true-p lsp-mode)) (fboundp 'eglot--signal-textDocument/didChange))
          (eglot--signal-textDocument/didChange)) ; it waits for a pause otherwise
        (if (bound-and-true-p lsp-mode)
            (lsp-request-async "workspace/executeCommand" params result :error-handler failed :mode 'detached)
          (jsonrpc-async-request (eglot-current-server) :workspace/executeCommand params
                                 :success-fn result :error-fn failed :timeout 86400))))))

;;; The catalogue

(defvar dockwright--catalogue nil
  "What the program says of its commands: (PROGRAM . LIST).")

(defun dockwright-catalogue ()
  "The descriptions of all commands, as property lists."
  (unless (equal (car dockwright--catalogue) dockwright-program)
    (with-temp-buffer
      (unless (and (executable-find dockwright-program)
                   (eq 0 (call-process dockwright-program nil '(t nil) nil "command" "describe")))
        (user-error "%s cannot be run: set dockwright-program" dockwright-program))
      (goto-char (point-min))
      (let ((answer (json-parse-buffer :object-type 'plist :array-type 'list :null-object nil :false-object nil)))
        (setq dockwright--catalogue (cons dockwright-program (plist-get (plist-get answer :data) :commands))))))
  (cdr dockwright--catalogue))

(defun dockwright--short (id)
  "ID without what stands before its group."
  (replace-regexp-in-string "\\`.*dockwright\\." "" id))

(defun dockwright--command (id)
  "The description of the command ID."
  (or (cl-find (dockwright--short id) (dockwright-catalogue) :test #'equal
               :key (lambda (c) (dockwright--short (plist-get c :id))))
      (user-error "There is no command %s" id)))

(defun dockwright--property (command name)
  "The schema of the argument NAME of COMMAND."
  (plist-get (plist-get (plist-get command :arguments) :properties) (intern (concat ":" name))))

(defun dockwright--value (property text)
  "TEXT as the schema PROPERTY wants it."
  (let ((type (plist-get property :type)))
    (cond ((string-match-p "\\`[[{]" text) (json-parse-string text :object-type 'plist))
          ((or (equal type "array") (and (listp type) (member "array" type))) (vconcat (split-string-and-unquote text)))
          ((equal type "integer") (string-to-number text))
          ((equal type "boolean") (if (member text '("true" "t" "yes" "y")) t :json-false))
          (t text))))

;;; Running a command

(defun dockwright--read-command ()
  "Let the user choose a command."
  (let* ((titles (mapcar (lambda (c) (cons (dockwright--short (plist-get c :id)) (plist-get c :title))) (dockwright-catalogue)))
         (completion-extra-properties
          (list :annotation-function (lambda (id) (concat "  " (cdr (assoc id titles)))))))
    (completing-read "dockwright: " titles nil t)))

(defun dockwright--read-arguments (command ask)
  "Read the arguments of COMMAND that it cannot do without; with ASK, any."
  (let (arguments)
    (dolist (name (plist-get (plist-get command :arguments) :required))
      (let* ((property (dockwright--property command name))
             (text (if (and (equal name "uri") buffer-file-name)
                       (concat "file://" buffer-file-name)
                     (read-string (format "%s (%s): " name (plist-get property :description))))))
        (setq arguments (plist-put arguments (intern (concat ":" name)) (dockwright--value property text)))))
    (when ask
      (let ((names (cl-loop for (k) on (plist-get (plist-get command :arguments) :properties) by #'cddr
                            collect (substring (symbol-name k) 1)))
            name)
        (while (not (string-empty-p (setq name (completing-read "Argument (none ends): " names nil t nil nil ""))))
          (let ((property (dockwright--property command name)))
            (setq arguments (plist-put arguments (intern (concat ":" name))
                                       (dockwright--value property (read-string (format "%s (%s): " name (plist-get property :description))))))))))
    arguments))

;;;###autoload
(defun dockwright (id &optional arguments then)
  "Run the command ID of dockwright with ARGUMENTS, a property list.
Once it has been done, call THEN.
Interactively, choose the command; with a prefix argument also
arguments that need not be.  What is missing otherwise is asked for."
  (interactive (let ((id (dockwright--read-command)))
                 (list id (dockwright--read-arguments (dockwright--command id) current-prefix-arg))))
  (let ((command (dockwright--command id)))
    (when (and (equal (plist-get command :class) "destroy") (not (plist-get arguments :confirm)))
      (setq arguments (plist-put (copy-sequence arguments) :confirm "plan")))
    (when (and (dockwright--property command "dockerfile") (member (dockwright--short id) '("image.build" "image.contextPreview"))
               (not (plist-get arguments :dockerfile)) buffer-file-name (derived-mode-p 'dockerfile-mode 'dockerfile-ts-mode))
      (setq arguments (append (list :dockerfile buffer-file-name) arguments)))
    (when (and (equal (dockwright--short id) "image.build") (dockwright--property command "propose") (not (plist-member arguments :propose)))
      (setq arguments (append '(:propose t) arguments)))
    (if (and (equal (dockwright--short id) "container.logs") (not (plist-member arguments :follow)))
        (dockwright-follow arguments)
      (dockwright-call id arguments (lambda (result) (dockwright--answer id command arguments result then))))))

(defun dockwright--answer (id command arguments result then)
  "Do what the RESULT of the command ID asks for, or call THEN when it is done."
  (let ((again (lambda (name value) (dockwright id (plist-put (copy-sequence arguments) name value) then)))
        (afresh (or then (lambda () (dockwright id (plist-put (copy-sequence arguments) :confirm nil)))))
        (failure (plist-get result :error)))
    (pcase (plist-get result :status)
      ("confirmationRequired"
       (if (dockwright--confirm (plist-get result :plan))
           (funcall again :confirm (plist-get result :confirmToken))
         (message "Nothing was done")))
      ("inputRequired"
       (let* ((input (plist-get result :input))
              (name (plist-get input :argument))
              (value (dockwright--choose (plist-get input :message) (plist-get input :choices))))
         (cl-loop for (k v) on (plist-get input :arguments) by #'cddr ; what has been picked before
                  do (setq arguments (plist-put (copy-sequence arguments) k v)))
         (if value
             (funcall again (intern (concat ":" name)) (dockwright--value (dockwright--property command name) value))
           (message "Nothing was done"))))
      ("cancelled" (message "%s: cancelled" (plist-get command :title)))
      ((and "failed" (guard (and (equal (dockwright--short id) "image.build") (plist-get result :jobId))))
       (dockwright-call "job.output" (list :jobId (plist-get result :jobId))
                        (lambda (found)
                          (dockwright--output (plist-get (plist-get found :data) :output))
                          (dockwright--failed failure afresh))))
      ("failed" (dockwright--failed failure afresh))
      (_ (when failure (dockwright--failed failure))
         (dockwright--show id command (plist-get result :data))
         (when (and then (not failure)) (funcall then))))))

(defun dockwright--output (text)
  "Show TEXT, which a build has written, from its end."
  (when (and text (not (string-empty-p text)))
    (let ((buffer (get-buffer-create "*dockwright output*")))
      (with-current-buffer buffer
        (special-mode)
        (let ((inhibit-read-only t))
          (erase-buffer)
          (insert text))
        (when-let ((window (display-buffer buffer)))
          (set-window-point window (point-max)))))))

(defun dockwright--choose (message choices)
  "Let the user pick one of CHOICES, or type something if there are none.
Nil if the user quits."
  (if (null choices)
      (condition-case nil (read-string (concat message " ")) (quit nil))
    (let ((titles (mapcar (lambda (c) (cons (plist-get c :title) (plist-get c :value))) choices)))
      (cdr (assoc (dockwright--pick message (mapcar #'car titles)) titles)))))

(defun dockwright--confirm (plan)
  "Show PLAN and ask whether to carry it out."
  (with-current-buffer (get-buffer-create "*dockwright plan*")
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert (plist-get plan :title) "?\n\n")
      (dolist (item (plist-get plan :items))
        (insert (format "  - %s %s (%s)\n" (plist-get item :kind) (plist-get item :name) (plist-get item :reason))))
      (dolist (loss (plist-get plan :loses)) (insert "\n" loss)))
    (special-mode)
    (save-window-excursion
      (display-buffer (current-buffer))
      (condition-case nil (yes-or-no-p (concat (plist-get plan :title) "? ")) (quit nil)))))

(defun dockwright--failed (failure &optional afresh)
  "Tell of FAILURE, and let the user pick one of its actions.
After one that only clears the way, offer to call AFRESH."
  (let ((actions (plist-get failure :actions)))
    (if (null actions)
        (message "dockwright: %s" (plist-get failure :message))
      (let* ((titles (mapcar (lambda (a) (cons (plist-get a :title) a)) actions))
             (action (cdr (assoc (dockwright--pick (plist-get failure :message) (append (mapcar #'car titles) '("Nothing"))) titles)))
             (clears (and afresh action (member (dockwright--short (plist-get action :command))
                                                '("container.kill" "container.remove" "container.stop" "image.remove")))))
        (when action
          (dockwright (plist-get action :command) (car (plist-get action :arguments))
                      (when clears
                        (lambda ()
                          (when (condition-case nil (y-or-n-p "Try again? ") (quit nil))
                            (funcall afresh))))))))))

;;; Logs

(defun dockwright-follow (arguments)
  "Show the log that ARGUMENTS of container.logs are about, and what comes.
It goes on until its buffer is killed, as one program for each buffer."
  (if (plist-get arguments :container)
      (dockwright-call "container.inspect" (cl-loop for (k v) on arguments by #'cddr when (memq k '(:container :context :host)) append (list k v))
                       (lambda (result)
                         (if (plist-get result :error)
                             (dockwright--failed (plist-get result :error))
                           (dockwright--follow arguments result))))
    (dockwright-call "container.list" (append '(:all t) arguments)
                     (lambda (result)
                       (let ((names (mapcar (lambda (c) (plist-get c :name)) (plist-get (plist-get result :data) :containers))))
                         (cond ((plist-get result :error) (dockwright--failed (plist-get result :error)))
                               ((null names) (message "There is no container"))
                               (t (dockwright-follow (plist-put (copy-sequence arguments) :container (completing-read "Log of: " names nil t))))))))))

(defun dockwright--follow (arguments found)
  "Follow the log of ARGUMENTS, of whose container FOUND is what inspect said."
  (let* ((endpoint (plist-get found :endpoint))
         (at (cond ((or (plist-get arguments :host) (plist-get arguments :context)) nil)
                   ((plist-get endpoint :context) (list :context (plist-get endpoint :context)))
                   (t (list :host (plist-get endpoint :host)))))
         (buffer (generate-new-buffer (format "*log of %s*" (plist-get (plist-get found :data) :name)))))
    (with-current-buffer buffer
      (special-mode)
      (setq-local window-point-insertion-type t)
      (let ((process (make-process :name (buffer-name) :stderr buffer :noquery t :connection-type 'pipe
                                   :sentinel (lambda (process _) (unless (process-live-p process) (dockwright--log-ended buffer)))
                                   :filter #'ignore ; the answer, which says no more than the log
                                   :command (list dockwright-program "command" "container.logs"
                                                  (json-serialize (dockwright--json (append '(:follow t) at arguments)))))))
        (add-hook 'kill-buffer-hook (lambda () (delete-process process)) nil t)
        (when-let ((output (get-buffer-process buffer)))
          (set-process-query-on-exit-flag output nil)
          (set-process-sentinel output #'ignore))))
    (display-buffer buffer)
    buffer))

(defun dockwright--log-ended (buffer)
  "Say in BUFFER that no more comes."
  (when (buffer-live-p buffer)
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (save-excursion
          (goto-char (point-max))
          (insert (if (bolp) "" "\n") "[end of the log]\n"))))))

;;; Results

(defun dockwright--show (id command data)
  "Show the DATA that the command ID returned."
  (pcase (dockwright--short id)
    ("container.terminal" (dockwright-terminal data))
    ("container.explain" (dockwright--explain data))
    ((or "container.logs" "container.exec" "container.run" "container.inspect" "container.list" "container.top"
         "container.stats" "container.diff" "container.files" "image.list" "image.inspect" "image.history" "image.contextPreview"
         "image.tags" "engine.info" "engine.contexts" "build.history" "job.list" "job.output" "describe")
     (dockwright--buffer id data))
    ((or "image.build" "container.open" "container.prune" "image.prune" "system.prune")) ; the server has said how it went
    (_ (message "%s: done" (plist-get command :title)))))

(defun dockwright-terminal (order)
  "Open a terminal on what container.terminal answered: ORDER."
  (let* ((argv (plist-get order :argv))
         (default-directory (if (file-directory-p (or (plist-get order :cwd) "")) (file-name-as-directory (plist-get order :cwd)) default-directory))
         (name (generate-new-buffer-name (format "*%s*" (plist-get order :title))))
         (buffer (apply #'make-term (substring name 1 -1) (car argv) nil (cdr argv))))
    (with-current-buffer buffer
      (term-mode)
      (term-char-mode))
    (pop-to-buffer buffer)
    buffer))

(defun dockwright--explain (data)
  "Show why a container ended or runs, as DATA says, with what can be done."
  (let ((buffer (get-buffer-create "*dockwright container.explain*")))
    (with-current-buffer buffer
      (special-mode)
      (visual-line-mode)
      (let ((inhibit-read-only t)
            (list (lambda (title lines)
                    (when lines
                      (insert "\n" title "\n" (mapconcat (lambda (line) (concat "  " line "\n")) lines "")))))
            (fixes (plist-get data :fixes))
            (line (plist-get data :line)))
        (erase-buffer)
        (insert (propertize (plist-get data :name) 'face 'bold) "\n\n" (plist-get data :summary) "\n\n"
                (format "%s, %s%s, confidence: %s\n" (plist-get data :image) (plist-get data :state)
                        (if (plist-get data :exitCode) (format ", exit code %s" (plist-get data :exitCode)) "") (plist-get data :confidence)))
        (dolist (fix fixes)
          (when-let ((id (plist-get fix :command)))
            (insert "\n")
            (insert-text-button (plist-get fix :title) 'follow-link t
                                'action (lambda (_) (dockwright id (car (plist-get fix :arguments)))))))
        (when fixes (insert "\n"))
        (funcall list "What to do" (cl-loop for fix in fixes unless (plist-get fix :command) collect (plist-get fix :title)))
        (when line
          (let ((file (url-unhex-string (string-remove-prefix "file://" (plist-get line :uri)))))
            (insert "\nIn the Dockerfile\n  ")
            (insert-text-button (format "%s:%s" file (plist-get line :line)) 'follow-link t
                                'action (lambda (_)
                                          (find-file-other-window (decode-coding-string file 'utf-8))
                                          (goto-char (point-min))
                                          (forward-line (1- (plist-get line :line)))))
            (insert "\n  " (plist-get line :text) "\n")))
        (funcall list "What this rests on" (cl-loop for e in (plist-get data :evidence)
                                                    collect (format "%s: %s" (plist-get e :source) (plist-get e :text))))
        (funcall list "Also" (plist-get data :notes))
        (goto-char (point-min))))
    (display-buffer buffer)))

(defun dockwright--buffer (id data)
  "Show DATA of the command ID in a buffer."
  (let ((buffer (get-buffer-create (format "*dockwright %s*" (dockwright--short id)))))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer)
        (dockwright--insert data "")
        (goto-char (point-min)))
      (special-mode))
    (display-buffer buffer)))

(defconst dockwright--dropped '("progressToken" "textHash" "imageId" "labels" "digests" "networks" "mounts")
  "Fields that nobody reads.")

(defun dockwright--label (field)
  "FIELD in words: blockRead is block read."
  (let ((case-fold-search nil))
    (string-remove-suffix " ms" (string-remove-suffix " bytes" (downcase (replace-regexp-in-string "\\([a-z]\\)\\([A-Z]\\)" "\\1 \\2" field))))))

(defun dockwright--text (field value)
  "VALUE of FIELD as people read it."
  (cond ((listp value) (mapconcat (lambda (v) (dockwright--text field v)) value ", "))
        ((and (numberp value) (string-suffix-p "Ms" field)) (if (< value 1000) (format "%d ms" value) (format "%.1f s" (/ value 1000.0))))
        ((and (numberp value) (string-match-p "Bytes\\'\\|\\`size\\'\\|Limit\\'\\|\\`block\\|\\`net" field)) (file-size-human-readable value 'si " " "B"))
        ((and (numberp value) (string-suffix-p "Percent" field)) (format "%.1f %%" value))
        ((not (stringp value)) (format "%s" value))
        ((string-prefix-p "file:///" value)
         (abbreviate-file-name (decode-coding-string (url-unhex-string (string-remove-prefix "file://" value)) 'utf-8)))
        (t (replace-regexp-in-string "\\`\\([0-9]\\{4\\}-[0-9][0-9]-[0-9][0-9]\\)T\\([0-9:]\\{5\\}\\).*\\'" "\\1 \\2" value))))

(defun dockwright--insert (data indent)
  "Insert DATA as people read it, after INDENT."
  (cl-loop for (key value) on data by #'cddr
           for field = (substring (symbol-name key) 1)
           for name = (dockwright--label field)
           do (cond ((or (null value) (member field dockwright--dropped)))
                    ((and (consp value) (keywordp (car value)) (stringp (plist-get value :text)) (not (plist-get value :line)))
                     (insert (plist-get value :text)))
                    ((and (consp value) (keywordp (car value)))
                     (insert indent name ":\n")
                     (dockwright--insert value (concat indent "  ")))
                    ((and (consp value) (consp (car value)))
                     (insert indent name ":\n")
                     (dolist (item value)
                       (dockwright--insert item (concat indent "  "))
                       (insert "\n")))
                    (t (insert (format "%s%s: %s\n" indent name (dockwright--text field value)))))))

(provide 'dockwright)
;;; dockwright.el ends here
