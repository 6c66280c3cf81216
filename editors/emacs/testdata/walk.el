;;; walk.el --- What the tests do in Emacs, with eglot or lsp-mode -*- lexical-binding: t; -*-

;; Without this, each redefinition of a primitive below stops Emacs while it compiles, and libraries are compiled beside the walk.
(setq comp-enable-subr-trampolines nil
      native-comp-enable-subr-trampolines nil
      native-comp-deferred-compilation nil
      native-comp-jit-compilation nil)
(setq load-prefer-newer t
      last-nonmenu-event ?a) ; else eglot would pop up a menu
(add-to-list 'load-path (getenv "DOCKWRIGHT_PLUGIN"))
(require 'dockerfile-mode)
(require 'dockwright)
(setq dockwright-program (getenv "DOCKWRIGHT_BINARY")
      dockwright-options `(:engine (:host ,(getenv "DOCKWRIGHT_HOST")) :workspaceTrust "trusted")
      make-backup-files nil
      create-lockfiles nil)

(defun walk-wait (what f)
  "Wait for what F gives."
  (let ((deadline (time-add nil 60)) got)
    (while (not (setq got (funcall f)))
      (when (time-less-p deadline nil)
        (error "%s does not come: %s" what
               (mapconcat (lambda (b) (format "%s: %s" b (with-current-buffer b (buffer-string))))
                          (cl-remove-if (lambda (b) (string-prefix-p " " (buffer-name b))) (buffer-list)) "\n")))
      (accept-process-output nil 0.02))
    got))

(defun walk-run (id &optional arguments)
  "Call ID and wait for its result."
  (let (got)
    (dockwright-call id arguments (lambda (result) (setq got result)))
    (walk-wait id (lambda () got))))

(defun walk-shows (name text)
  "Wait until the buffer NAME shows TEXT."
  (walk-wait (concat name " with " text)
             (lambda () (and (get-buffer name) (with-current-buffer name (string-match-p (regexp-quote text) (buffer-string)))))))

(defun walk-fixed ()
  "Wait until the quick fix is in the text."
  (walk-wait "the fix" (lambda () (string-match-p "AS build" (buffer-string)))))

(defun walk-action ()
  "Build by the code action on FROM, whose command must not be waited for."
  (goto-char (point-min))
  (search-forward "busybox")
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_ choices &rest _) (cl-find-if (lambda (c) (string-match-p "\\`Build " c)) (mapcar #'car choices)))))
    (if (bound-and-true-p lsp-mode)
        (lsp-execute-code-action (cl-find-if (lambda (a) (string-match-p "\\`Build " (lsp:code-action-title a))) (append (lsp-code-actions-at-point) nil)))
      (eglot-code-actions (point) (point) nil t)))
  (walk-wait "the image of the action" (lambda () (cl-some (lambda (b) (equal (plist-get b :status) "ok")) (plist-get (plist-get (walk-run "build.history") :data) :builds)))))

(defun walk-commands (name)
  "Build, run, explain and remove the container NAME."
  (dockwright "image.build" (list :tags (vector (concat name ":v1"))))
  (walk-wait "the image" (lambda () (plist-get (plist-get (walk-run "image.list" (list :reference (concat name ":v1"))) :data) :images)))
  (dockwright "container.terminal" `(:run (:image ,(concat name ":v1") :name ,name)))
  (walk-shows (format "*%s:v1*" name) "hello from Emacs")
  (dockwright "container.explain" (list :container name))
  (walk-shows "*dockwright container.explain*" "What this rests on")
  (dockwright "container.list" '(:all t))
  (walk-shows "*dockwright container.list*" name)
  (let (asked)
    (cl-letf (((symbol-function 'completing-read) (lambda (prompt &rest _) (push prompt asked) "Logs")))
      (dockwright "container.exec" (list :container name :argv ["true"]))
      (walk-wait "the choice" (lambda () asked))))
  (walk-copy name)
  (cl-letf (((symbol-function 'yes-or-no-p) #'ignore))
    (dockwright "container.remove" (list :container name))
    (walk-shows "*dockwright plan*" name))
  (cl-letf (((symbol-function 'yes-or-no-p) (lambda (_) t)))
    (dockwright "container.remove" (list :container name))
    (walk-wait "its end" (lambda () (null (plist-get (plist-get (walk-run "container.list" (list :all t :name name)) :data) :containers))))))

(defun walk-logs (name)
  "Follow the log of a container NAME that goes on, until its buffer is killed."
  (walk-run "container.run" `(:image "busybox:latest" :name ,name :detach t
                              :argv ["sh" "-c" "trap exit TERM; echo begun; while ! rm /more; do sleep 0.1; done 2>/dev/null; echo more; while true; do sleep 0.1; done"]))
  (let ((log (format "*log of %s*" name)))
    (cl-letf (((symbol-function 'completing-read) (lambda (&rest _) name)))
      (dockwright "container.logs")
      (walk-shows log "begun"))
    (walk-run "container.exec" `(:container ,name :argv ["touch" "/more"]))
    (walk-shows log "more")
    (kill-buffer log)
    (walk-wait "the end of what follows it" (lambda () (not (cl-find-if (lambda (p) (string-prefix-p log (process-name p))) (process-list)))))
    (dockwright "container.logs" (list :container name :tail 1))
    (walk-shows log "more")
    (cl-letf (((symbol-function 'yes-or-no-p) (lambda (_) t)))
      (dockwright "container.remove" (list :container name :force t))
      (walk-wait "the end of the log"
                 (lambda () (not (cl-find-if (lambda (p) (and (equal log (process-name p)) (process-live-p p))) (process-list))))))))

(defun walk-copy (name)
  "Copy a file out of the container NAME, asked for each part."
  (let ((file (make-temp-name (expand-file-name "copied" temporary-file-directory))))
    (cl-letf (((symbol-function 'completing-read) (lambda (_ choices &rest _) (car (last choices))))
              ((symbol-function 'read-string) (lambda (prompt &rest _) (if (string-match-p "in the container" prompt) "/said" file))))
      (dockwright "container.copy" (list :container name :direction "out"))
      (walk-wait "the copy" (lambda () (file-exists-p file))))))

(defun walk-quit ()
  "Dismiss a question of the server, which then does nothing."
  (let (asked answered)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (prompt _ predicate match &rest default)
                 (setq asked prompt)
                 (when (or predicate (not match) default) (error "something is picked beforehand"))
                 (signal 'quit nil))))
      (dockwright-call "container.run" nil (lambda (result) (setq answered result)))
      (walk-wait "the end of the run" (lambda () answered)))
    (unless (and (string-match-p "which image" asked) (equal (plist-get answered :status) "cancelled"))
      (error "asked %s and answered %s" asked answered)))
  (when (cl-find "running" (plist-get (plist-get (walk-run "job.list") :data) :jobs) :key (lambda (job) (plist-get job :status)) :test #'equal)
    (error "the run goes on"))
  (dockwright "job.list")
  (walk-shows "*dockwright job.list*" "command: ")
  (with-current-buffer "*dockwright job.list*"
    (when (string-match-p "progress" (buffer-string)) (error "the list shows tokens"))))

(defun walk-again (name)
  "Have the container NAME make way for another of that name."
  (let ((run `(:image "busybox:latest" :name ,name :detach t :argv ["sleep" "1000"])) tried first)
    (walk-run "container.run" run)
    (setq first (walk-id name))
    (cl-letf (((symbol-function 'completing-read) (lambda (_ titles &rest _) (cl-find-if (lambda (title) (string-prefix-p "Remove" title)) titles)))
              ((symbol-function 'yes-or-no-p) (lambda (_) t))
              ((symbol-function 'y-or-n-p) (lambda (_) (setq tried t))))
      (dockwright "container.run" run)
      (walk-wait "the other container" (lambda () (let ((id (walk-id name))) (and tried id (not (equal id first))))))
      (dockwright "container.remove" (list :container name :force t))
      (walk-wait "its end" (lambda () (null (walk-id name)))))))

(defun walk-id (name)
  "The id of the container NAME, nil if there is none."
  (plist-get (car (plist-get (plist-get (walk-run "container.list" (list :all t :name name)) :data) :containers)) :id))

(defun walk-name ()
  "Have what is built named, from whichever buffer."
  (let (sent)
    (cl-letf (((symbol-function 'dockwright-call) (lambda (_ arguments _) (setq sent arguments))))
      (with-temp-buffer (dockwright "image.build")))
    (unless (equal sent '(:propose t)) (error "a build sends %s" sent))))

(defun walk-failure ()
  "Have a build fail, which shows its output and what can be done."
  (goto-char (point-max))
  (insert "RUN echo before it fails && nosuch\n")
  (let (asked)
    (cl-letf (((symbol-function 'completing-read) (lambda (prompt &rest _) (setq asked prompt) "Nothing")))
      (dockwright "image.build")
      (walk-wait "the failure" (lambda () (and asked (string-match-p "Build failed" asked) (string-match-p "\n  Nothing\n" asked)))))
    (walk-shows "*dockwright output*" "before it fails")))

(defun walk-eglot ()
  "The walk with eglot."
  (require 'eglot)
  ;; A batch Emacs never takes in that a file has changed, and with that pending it neither reads what an ended process has written
  ;; last nor runs its sentinel.
  (advice-add 'file-notify-add-watch :override #'ignore)
  (setq eglot-connect-timeout 60 eglot-sync-connect 60 eglot-confirm-server-initiated-edits nil)
  (apply #'eglot (eglot--guess-contact))
  (walk-wait "a diagnostic" (lambda () (cl-find-if (lambda (d) (string-match-p "should be lowercase" (flymake-diagnostic-text d))) (flymake-diagnostics))))
  (let ((d (cl-find-if (lambda (d) (string-match-p "should be lowercase" (flymake-diagnostic-text d))) (flymake-diagnostics))))
    (unless (equal (buffer-substring (flymake-diagnostic-beg d) (flymake-diagnostic-end d)) "Build")
      (error "the diagnostic marks something else"))
    (goto-char (flymake-diagnostic-beg d)))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_ choices &rest _) (or (cl-find-if (lambda (c) (string-match-p "Change to build" c)) (mapcar (lambda (c) (if (consp c) (car c) c)) (append choices nil)))
                                             (error "no fix in %s" choices)))))
    (eglot-code-actions (point) (point) nil t))
  (walk-fixed))

(defun walk-lsp-mode ()
  "The walk with lsp-mode."
  (require 'lsp-mode)
  (require 'lsp-diagnostics)
  (setq lsp-auto-guess-root t lsp-enable-suggest-server-download nil lsp-warn-no-matched-clients nil
        lsp-restart 'ignore lsp-enable-file-watchers nil lsp-diagnostics-provider :flymake lsp-modeline-code-actions-enable nil)
  (lsp)
  (walk-wait "a diagnostic" (lambda () (let (found) (maphash (lambda (_ list) (dolist (d list) (when (string-match-p "should be lowercase" (lsp:diagnostic-message d)) (setq found d)))) (lsp-diagnostics)) found)))
  (goto-char (point-min))
  (search-forward "Build")
  (backward-char 2)
  (let ((action (cl-find-if (lambda (a) (string-match-p "Change to build" (lsp:code-action-title a))) (append (lsp-code-actions-at-point) nil))))
    (unless action (error "no fix"))
    (lsp-execute-code-action action))
  (walk-fixed))

(condition-case-unless-debug fault
    (let ((client (getenv "DOCKWRIGHT_CLIENT")))
      (find-file (concat (getenv "DOCKWRIGHT_DIR") "/Dockerfile"))
      (dockerfile-mode)
      (if (equal client "eglot") (walk-eglot) (walk-lsp-mode))
      (save-buffer)
      (walk-action)
      (walk-commands (concat "emacs-" client))
      (walk-quit)
      (walk-name)
      (walk-again (concat "again-" client))
      (walk-failure)
      (walk-logs (concat "log-" client))
      (princ (format "PASS %s in Emacs %s\n" client emacs-version))
      (kill-emacs 0))
  (error (princ (format "FAIL %s\n" (error-message-string fault)))
         (kill-emacs 1)))
