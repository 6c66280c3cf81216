package enginetest

import (
	"fmt"
	"strings"
)

// arguments of unshare, which becomes the daemon: its pid is the daemon's. The namespaces take bridges, firewall rules and
// mounts along when the daemon ends.
func (e *Engine) arguments() []string {
	steps := []string{"ip link set lo up 2>/dev/null"}
	if e.options.DataBytes > 0 {
		steps = append(steps, `mkdir -p "$1/data"`, fmt.Sprintf(`mount -t tmpfs -o size=%d tmpfs "$1/data"`, e.options.DataBytes))
	}
	if e.options.Podman {
		// Its usual limits can be above what a test machine allows.
		steps = append(steps, `printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >"$1/containers.conf"`,
			`CONTAINERS_CONF="$1/containers.conf" exec podman --root "$1/data" --runroot "$1/run" --tmpdir "$1/tmp" --cgroup-manager cgroupfs`+
				` --events-backend file --runtime runc system service -t 0 "unix://$1/docker.sock"`)
	} else {
		steps = append(steps, `exec dockerd --host "unix://$1/docker.sock" --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid"`+e.flags())
	}
	return []string{"--net", "--mount", "--propagation", "private", "sh", "-c", strings.Join(steps, "; "), "engine", e.dir}
}

// flags of dockerd that not every engine has.
func (e *Engine) flags() string {
	flags := ""
	if !e.Networking {
		flags += " --iptables=false --bridge=none"
	}
	if e.options.TLS {
		flags += fmt.Sprintf(` --host tcp://127.0.0.1:%d --tlsverify --tlscacert "$1/tls/ca.pem" --tlscert "$1/tls/server.pem" --tlskey "$1/tls/server-key.pem"`, tlsPort)
	}
	return flags
}
