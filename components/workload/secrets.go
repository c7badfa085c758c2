package workload

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/components/namespace"
	"pitboss/components/stores"
)

const (
	// secretsPath is where a service finds each of its secrets, as files in a directory of
	// the secret's name. A changed secret changes the files.
	secretsPath = "/var/run/secrets/pitboss/"
	// readableByGroup is the mode of those files: nobody but the service's own group.
	readableByGroup = 0o440
)

// addSecrets has each secret of the service copied into the namespace. Two services may
// read the same one, so the copy carries the service's name too.
func (w *Workload) addSecrets(s component.Scope) error {
	for _, name := range w.args.secrets() {
		made, err := kube.NewExternalSecret(s, "secret-"+name, kube.ExternalSecretArgs{
			Meta: w.meta(w.secret(name)), Store: namespace.SecretStoreName, Key: w.args.Market.Secret(name),
		}, w.after())
		if err != nil {
			return err
		}
		w.needs = append(w.needs, made)
	}
	return nil
}

// secrets is the names of what the service is told: what outside parties gave us, and the
// passwords of its stores. Who comes through a proxy has none: the proxy takes its role.
func (a Args) secrets() []string {
	out := slices.Clone(a.Service.Credentials)
	for _, e := range a.endpoints() {
		if e.Consumer.Endpoint != stores.Proxy {
			out = append(out, e.Consumer.Name)
		}
	}
	return out
}

// secret is the name of the copy of a secret.
func (w *Workload) secret(name string) string { return w.args.Service.Name + "-" + name }

// secretVolumes is the secrets as the pods' volumes and where they are seen.
func (w *Workload) secretVolumes() (volumes corev1.VolumeArray, mounts corev1.VolumeMountArray) {
	for _, name := range w.args.secrets() {
		volume := pulumi.String("secret-" + name)
		volumes = append(volumes, corev1.VolumeArgs{Name: volume, Secret: corev1.SecretVolumeSourceArgs{
			SecretName: pulumi.String(w.secret(name)), DefaultMode: pulumi.Int(readableByGroup),
		}})
		mounts = append(mounts, corev1.VolumeMountArgs{Name: volume, MountPath: pulumi.String(secretsPath + name), ReadOnly: pulumi.Bool(true)})
	}
	return volumes, mounts
}
