# Sourced by the scripts beside it: names, addresses, and how to run things inside one machine of the cluster.
#
# A "machine" is a set of namespaces (mount, PID, network, UTS, IPC) with a tiny PID 1: `cp` is the control
# plane and holds the bridge, `n1`..`nN` are the nodes. Killing PID 1 makes the kernel kill every process of the
# machine and drop its mounts and its network, so nothing can be left behind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${LLMOP_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/llm-operator/kubernetes-1.20.2}
dir=${LLMOP_CLUSTER_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/llm-operator/cluster}
pause=localhost/pause:1
export PATH=$PATH:/usr/sbin:/sbin

die() { echo "${0##*/}: $*" >&2; exit 1; }

# require_machine: ends with the reason when no cluster can run here.
require_machine() {
  local why=
  if [[ $(id -u) != 0 ]]; then why="it needs root, for namespaces, mounts and network interfaces"
  elif ! command -v apt-get >/dev/null; then why="its parts are Debian's packages, and there is no apt-get"
  elif [[ ! -e /sys/fs/cgroup/memory/cgroup.clone_children ]]; then
    why="Kubernetes 1.20 needs cgroup v1 (boot with systemd.unified_cgroup_hierarchy=0)"
  elif ! unshare --net --mount --pid --uts --ipc --fork true 2>/dev/null; then
    why="the kernel or the container around it makes no namespaces"
  fi
  [[ -z $why ]] || die "no cluster can run on this machine: $why"
}

# need PACKAGE...: installs the Debian packages that are missing.
need() {
  local p missing=()
  for p; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) == installed ]] || missing+=("$p")
  done
  [[ ${#missing[@]} == 0 ]] && return
  echo "installing ${missing[*]}" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# mirror: the Debian mirror in apt's own configuration (not the one for security updates).
mirror() {
  local find=(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 'Label: Debian')
  [[ $("${find[@]}") ]] || apt-get update -qq
  "${find[@]}" | sed -n 1p
}

# addr MACHINE, mac MACHINE, pods MACHINE: its addresses on the bridge; the range of its pods. Left to the kernel, a
# bridge's MAC address changes with its ports and a machine's with every boot: others would lose it for seconds.
addr() { if [[ $1 == cp ]]; then echo 10.200.0.1; else echo 10.200.0.$((10 + ${1#n})); fi; }
mac() { local a; a=$(addr "$1"); printf '02:00:00:00:00:%02x' "${a##*.}"; }
pods() { echo "10.244.${1#n}.0/24"; }

# machines: every machine that has state below $dir.
machines() { local d; for d in "$dir"/cp "$dir"/n[0-9]*; do [[ -d $d ]] && echo "${d##*/}"; done; return 0; }

# start_time PID: tells a process from a later one with the same PID; fails when it has ended (a zombie has).
start_time() {
  local stat
  read -r -a stat 2>/dev/null <"/proc/$1/stat" && [[ ${stat[2]} != Z ]] && echo "${stat[21]}"
}

# init_pid MACHINE: the PID, on this host, of the machine's PID 1; fails when it is not running.
init_pid() {
  local pid started
  read -r pid started 2>/dev/null <"$dir/$1/init" || return 1
  [[ $(start_time "$pid") == "$started" ]] && echo "$pid"
}

# enter_cgroup MACHINE: moves the calling (sub)shell into the machine's cgroup.
enter_cgroup() { local c; for c in /sys/fs/cgroup/*/kube/"$1"/system; do echo 0 >"$c/cgroup.procs"; done; }

# inside MACHINE COMMAND...: runs a command in the machine (its file tree, network and processes).
inside() {
  local pid
  pid=$(init_pid "$1") || die "$1 is not running"
  ( enter_cgroup "$1"; exec nsenter -t "$pid" --mount --pid --net --uts --ipc -- "${@:2}" )
}

# daemon MACHINE COMMAND...: starts a daemon in the machine; log in $dir/log, command line kept for `node start`.
# setsid -f leaves it to the machine's PID 1. Without the AWS variable, kubelet asks for that cloud's metadata for 4 s.
daemon() {
  local m=$1 name=${2##*/}; shift
  printf '%q ' "$@" >"$dir/$m/$name.cmd"
  inside "$m" setsid -f env -i PATH="$PATH" HOME=/root AWS_EC2_METADATA_DISABLED=true \
    "$@" >>"$dir/log/$m-$name.log" 2>&1 </dev/null
}

# power_off MACHINE: the kernel kills every process of the machine before its PID 1 is gone.
power_off() {
  local pid i
  pid=$(init_pid "$1") || return 0
  kill -9 "$pid"
  for ((i = 0; i < 600; i++)); do init_pid "$1" >/dev/null || return 0; sleep 0.05; done
  die "$1: PID $pid does not end"
}

# clear_cgroups [MACHINE]: removes the cgroups of a machine, or of all; a new kubelet would look for dead pods in them.
clear_cgroups() {
  local i
  for ((i = 0; i < 100; i++)); do
    find /sys/fs/cgroup/*/kube${1:+/$1} -depth -type d -exec rmdir {} + 2>/dev/null || true
    compgen -G "/sys/fs/cgroup/*/kube${1:+/$1}" >/dev/null || return 0
    sleep 0.05
  done
}

# machine NAME: creates the namespaces, the cgroup and the network of one machine.
machine() {
  local m=$1 d=$dir/$1 c f parent pid
  mkdir -p "$d"/{tmp,mnt,opt,srv} "$d"/var/{bin,cache,lib,log,tmp,pki}
  chmod 1777 "$d"/{tmp,var/tmp}
  clear_cgroups "$m"
  [[ -e $d/var/run ]] || ln -s /run "$d/var/run"
  for c in /sys/fs/cgroup/*/cgroup.clone_children; do
    c=${c%/*}/kube
    mkdir -p "$c"
    # A new cpuset is unusable until it is given CPUs and memory; its children then copy them.
    for f in cpuset.cpus cpuset.mems; do [[ -e $c/$f ]] && cat "${c%/*}/$f" >"$c/$f"; done
    echo 1 >"$c/cgroup.clone_children"
    mkdir -p "$c/$m/system"
  done
  ( enter_cgroup "$m"
    exec setsid unshare --net --mount --pid --uts --ipc --fork --kill-child --propagation slave \
      "$here/machine-init" "$m" "$d" "$cache" ) </dev/null >>"$dir/log/$m-init.log" 2>&1 &
  parent=$!
  # Ready once PID 1 is the pause program: machine-init has done its mounts by then.
  until pid=$(pgrep -P "$parent") && [[ $(readlink "/proc/$pid/exe") == */pause ]]; do
    [[ -d /proc/$parent ]] || { cat "$dir/log/$m-init.log" >&2; die "$m did not start"; }
    sleep 0.02
  done
  echo "$pid $(start_time "$pid")" >"$d/init"
  network "$m" "$pid"
}

# routes MACHINE: the `ip -batch` lines that lead from there to the pods of every (other) node, running or not yet.
routes() {
  local n
  for n in $(machines); do
    [[ $n == cp || $n == "$1" ]] || echo "route add $(pods "$n") via $(addr "$n")"
  done
}

# network MACHINE PID: plugs the machine into the bridge, which lives in cp.
network() {
  local m=$1 pid=$2 hub
  if [[ $m == cp ]]; then
    ip link add kube-host type veth peer name host netns "$pid"
    inside cp sh -c "ip link add br0 address $(mac cp) type bridge; ip addr add $(addr cp)/24 dev br0
      ip link set host master br0 up; ip link set br0 up"
    ip link set kube-host alias "$dir" up
    ip addr add 10.200.0.254/24 dev kube-host
    ip route add 10.96.0.0/16 via "$(addr cp)"      # cp's kube-proxy serves this host's use of Services
    routes host | ip -batch -
  else
    hub=$(init_pid cp)
    inside cp ip link delete "$m" 2>/dev/null || true           # of an earlier life
    ip link add eth0 address "$(mac "$m")" netns "$pid" type veth peer name "$m" netns "$hub"
    inside cp ip link set "$m" master br0 up
    inside "$m" sh -c "ip addr add $(addr "$m")/24 dev eth0; ip link set eth0 up; ip route add default via $(addr cp)"
  fi
  inside "$m" sh -c 'ip link set lo up
    sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0'
  routes "$m" | inside "$m" ip -batch -
}

# import MACHINE < IMAGE.tar
import() { inside "$1" ctr -n k8s.io images import - >/dev/null; }
