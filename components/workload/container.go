package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/kube"
	"pitboss/components/namespace"
	"pitboss/components/services"
)

const (
	// nobody is whom every container runs as: no user of any node.
	nobody = 65532
	// scratch is what a container may write, in /tmp. The rest of it is read-only.
	scratch = "256Mi"
	// rolePath is where the namespace's role is mounted: files change under a process that
	// runs, and variables do not.
	rolePath = "/etc/pitboss/role"
)

// How often probes ask, in seconds, and what a pod is given before it counts as ill.
const (
	startupEvery = 2
	readyEvery   = 5
	liveEvery    = 10
	probeTimeout = 2
	readyMisses  = 2
	liveMisses   = 3
)

// volumes is what is mounted: the role, something to write to, and the secrets.
func (w *Workload) volumes() (corev1.VolumeArray, corev1.VolumeMountArray) {
	volumes := corev1.VolumeArray{
		corev1.VolumeArgs{Name: pulumi.String("role"), ConfigMap: corev1.ConfigMapVolumeSourceArgs{Name: pulumi.String(namespace.RoleFlags)}},
		corev1.VolumeArgs{Name: pulumi.String("tmp"), EmptyDir: corev1.EmptyDirVolumeSourceArgs{SizeLimit: pulumi.String(scratch)}},
	}
	mounts := corev1.VolumeMountArray{
		corev1.VolumeMountArgs{Name: pulumi.String("role"), MountPath: pulumi.String(rolePath), ReadOnly: pulumi.Bool(true)},
		corev1.VolumeMountArgs{Name: pulumi.String("tmp"), MountPath: pulumi.String("/tmp")},
	}
	secrets, seen := w.secretVolumes()
	return append(volumes, secrets...), append(mounts, seen...)
}

// base is what the service's own container and the one that warms it up have in common.
// It has no variables but those of its ConfigMap: a secret has no way into them.
func (w *Workload) base(name string, args []string, mounts corev1.VolumeMountArray) corev1.ContainerArgs {
	out := corev1.ContainerArgs{
		Name: pulumi.String(name), Image: pulumi.String(w.args.Image), ImagePullPolicy: pulumi.String("IfNotPresent"),
		EnvFrom: corev1.EnvFromSourceArray{corev1.EnvFromSourceArgs{
			ConfigMapRef: corev1.ConfigMapEnvSourceArgs{Name: pulumi.String(w.args.Service.Name)},
		}},
		Resources: w.resources(), VolumeMounts: mounts,
		SecurityContext: corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false), Privileged: pulumi.Bool(false), ReadOnlyRootFilesystem: pulumi.Bool(true),
			RunAsNonRoot: pulumi.Bool(true), RunAsUser: pulumi.Int(nobody),
			Capabilities:   corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
			SeccompProfile: corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
	}
	if len(args) > 0 {
		out.Args = pulumi.ToStringArray(args)
	}
	return out
}

// warmUp runs before the service: with the same resources, or the pod's QoS would be another.
func (w *Workload) warmUp(mounts corev1.VolumeMountArray) corev1.ContainerArgs {
	return w.base("warm-up", w.args.Service.WarmUp, mounts)
}

// container is the service's own.
func (w *Workload) container(mounts corev1.VolumeMountArray) corev1.ContainerArgs {
	svc := w.args.Service
	out := w.base(svc.Name, svc.Args, mounts)
	var ports corev1.ContainerPortArray
	for _, p := range svc.Ports {
		ports = append(ports, w.port(p))
	}
	if len(ports) > 0 {
		out.Ports = ports
	}
	if svc.Probes.Port != "" {
		out.StartupProbe = probe(svc.Probes.Port, svc.Probes.Live, startupEvery, max(1, (svc.Probes.StartupSeconds+startupEvery-1)/startupEvery))
		out.ReadinessProbe = probe(svc.Probes.Port, svc.Probes.Ready, readyEvery, readyMisses)
		out.LivenessProbe = probe(svc.Probes.Port, svc.Probes.Live, liveEvery, liveMisses)
	}
	if w.answers() {
		out.Lifecycle = corev1.LifecycleArgs{PreStop: corev1.LifecycleHandlerArgs{Sleep: corev1.SleepActionArgs{Seconds: pulumi.Int(leaving)}}}
	}
	return out
}

// port is a port of the container; on the host's network it is the node's too.
func (w *Workload) port(p services.Port) corev1.ContainerPortArgs {
	out := corev1.ContainerPortArgs{Name: pulumi.String(p.Name), ContainerPort: pulumi.Int(p.Port), Protocol: pulumi.String(protocol(p))}
	if w.args.Service.Host != nil {
		out.HostPort = pulumi.Int(p.Port)
	}
	return out
}

func probe(port, path string, every, misses int) corev1.ProbeArgs {
	return corev1.ProbeArgs{
		HttpGet:       corev1.HTTPGetActionArgs{Port: pulumi.String(port), Path: pulumi.String(path)},
		PeriodSeconds: pulumi.Int(every), TimeoutSeconds: pulumi.Int(probeTimeout), FailureThreshold: pulumi.Int(misses),
	}
}

func (w *Workload) resources() corev1.ResourceRequirementsArgs {
	svc := w.args.Service
	return corev1.ResourceRequirementsArgs{
		Requests: pulumi.StringMap{"cpu": pulumi.String(kube.CPU(svc.CPU.Request)), "memory": pulumi.String(kube.Memory(svc.Memory.Request))},
		Limits:   pulumi.StringMap{"cpu": pulumi.String(kube.CPU(svc.CPU.Limit)), "memory": pulumi.String(kube.Memory(svc.Memory.Limit))},
	}
}
