package enginetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// statusError is an answer of the engine that is not a success.
type statusError struct {
	code int
	text string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the engine answered %d: %s", e.code, e.text)
}

// request asks the engine and decodes the JSON answer into result, if that is not nil.
func (e *Engine) request(method, path string, body io.Reader, result any) error {
	request, err := http.NewRequest(method, "http://engine"+path, body)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := e.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return &statusError{response.StatusCode, strings.TrimSpace(string(text))}
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(text, result)
}

func importPath(reference string) string {
	query := url.Values{"fromSrc": {"-"}, "repo": {reference}} // Podman passes over a tag of its own
	return "/images/create?" + query.Encode()
}
