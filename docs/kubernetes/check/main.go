// Command check reads Kubernetes manifests as the API server would: each document into the type that its
// kind names, where an unknown field or one of the wrong type is an error.
//
//	go run . ../*.yaml
//
// A kind that is none of Kubernetes' own is only told, since its definition lives in a cluster.
package main

import (
	"bytes"
	"fmt"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func() any{
	"v1/ConfigMap":                           func() any { return &corev1.ConfigMap{} },
	"v1/PersistentVolumeClaim":               func() any { return &corev1.PersistentVolumeClaim{} },
	"v1/Service":                             func() any { return &corev1.Service{} },
	"apps/v1/Deployment":                     func() any { return &appsv1.Deployment{} },
	"autoscaling/v2/HorizontalPodAutoscaler": func() any { return &autoscalingv2.HorizontalPodAutoscaler{} },
}

func main() {
	failed := len(os.Args) < 2
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			fmt.Println(err)
			failed = true
			continue
		}
		for number, document := range bytes.Split(text, []byte("\n---\n")) {
			place := fmt.Sprintf("%s, document %d", path, number+1)
			if err := check(place, document); err != nil {
				fmt.Printf("%s: %v\n", place, err)
				failed = true
			}
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(place string, document []byte) error {
	var what metav1.TypeMeta
	if err := yaml.Unmarshal(document, &what); err != nil {
		return err
	}
	kind := what.APIVersion + "/" + what.Kind
	into, known := kinds[kind]
	if !known {
		fmt.Printf("%s: not checked, %s is no kind of Kubernetes' own\n", place, kind)
		return nil
	}
	return yaml.UnmarshalStrict(document, into())
}
