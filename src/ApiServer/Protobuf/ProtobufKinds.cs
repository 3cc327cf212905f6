using static LlmOperator.ApiServer.Protobuf.ProtobufType;

namespace LlmOperator.ApiServer.Protobuf;

/// <summary>
/// The messages that kubectl sends for <c>create namespace|configmap|secret|serviceaccount</c>: field numbers of
/// k8s.io/api/core/v1/generated.proto and k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto.
/// </summary>
internal static class ProtobufKinds
{
    private static readonly ProtobufField[] s_owner =
    [
        new(1, "kind", Text),
        new(3, "name", Text),
        new(4, "uid", Text),
        new(5, "apiVersion", Text),
        new(6, "controller", Flag),
        new(7, "blockOwnerDeletion", Flag),
    ];

    private static readonly ProtobufField[] s_metadata =
    [
        new(1, "name", Text),
        new(2, "generateName", Text),
        new(3, "namespace", Text),
        new(5, "uid", Text),
        new(6, "resourceVersion", Text),
        new(7, "generation", Whole),
        new(8, "creationTimestamp", Time),
        new(11, "labels", TextMap),
        new(12, "annotations", TextMap),
        new(13, "ownerReferences", Message, IsList: true, s_owner),
        new(14, "finalizers", Text, IsList: true),
    ];

    private static readonly ProtobufField s_metadataField = new(1, "metadata", Message, Message: s_metadata);
    private static readonly ProtobufField[] s_reference = [new(1, "name", Text)];
    private static readonly ProtobufField[] s_secretReference = [new(1, "kind", Text), new(3, "name", Text)];

    /// <summary>The fields of a kind, or null for kinds that are taken in JSON and YAML only.</summary>
    public static IReadOnlyList<ProtobufField>? Find(string apiVersion, string kind) =>
        (apiVersion, kind) switch
        {
            ("v1", "Namespace") =>
            [
                s_metadataField,
                new(2, "spec", Message, Message: [new(1, "finalizers", Text, IsList: true)]),
                new(3, "status", Message, Message: [new(1, "phase", Text)]),
            ],
            ("v1", "ConfigMap") =>
            [
                s_metadataField,
                new(2, "data", TextMap),
                new(3, "binaryData", BytesMap),
                new(4, "immutable", Flag),
            ],
            ("v1", "Secret") =>
            [
                s_metadataField,
                new(2, "data", BytesMap),
                new(3, "type", Text),
                new(4, "stringData", TextMap),
                new(5, "immutable", Flag),
            ],
            ("v1", "ServiceAccount") =>
            [
                s_metadataField,
                new(2, "secrets", Message, IsList: true, s_secretReference),
                new(3, "imagePullSecrets", Message, IsList: true, s_reference),
                new(4, "automountServiceAccountToken", Flag),
            ],
            _ => null,
        };
}
