using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.OpenApi;

/// <summary>The names of schemas in OpenAPI documents, as on a real API server.</summary>
internal static class SchemaNames
{
    public const string ObjectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    public const string ListMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

    /// <summary><c>dev.llmoperator.v1alpha1.LlmModel</c>, <c>io.k8s.api.core.v1.Secret</c>.</summary>
    public static string Of(ResourceType type)
    {
        if (type.IsCustom)
        {
            return $"{string.Join('.', type.Group.Split('.').Reverse())}.{type.Version}.{type.Kind}";
        }
        return type.Group switch
        {
            "" => $"io.k8s.api.core.{type.Version}.{type.Kind}",
            "apiextensions.k8s.io" =>
                $"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{type.Version}.{type.Kind}",
            _ => $"io.k8s.api.{type.Group.Split('.')[0]}.{type.Version}.{type.Kind}",
        };
    }
}
