using LlmOperator.Kubernetes.Metrics;

namespace LlmOperator.Kubernetes.Tests.Metrics;

/// <summary>The labels of the request counter hold no names.</summary>
public sealed class RequestShapeTests
{
    [Theory]
    [InlineData("GET", "apis/llmoperator.dev/v1alpha1/llmmodels", false, "list", "llmmodels")]
    [InlineData("GET", "apis/llmoperator.dev/v1alpha1/llmmodels", true, "watch", "llmmodels")]
    [InlineData("GET", "apis/g/v1/namespaces/default/llmmodels", false, "list", "llmmodels")]
    [InlineData("GET", "apis/g/v1/namespaces/default/llmmodels/a", false, "get", "llmmodels")]
    [InlineData(
        "PATCH",
        "apis/g/v1/namespaces/default/llmmodels/a/status",
        false,
        "patch",
        "llmmodels/status"
    )]
    [InlineData("PATCH", "apis/g/v1/llmnodes/a/status", false, "patch", "llmnodes/status")]
    [InlineData("POST", "api/v1/namespaces/default/secrets", false, "create", "secrets")]
    [InlineData("GET", "api/v1/namespaces/default", false, "get", "namespaces")]
    [InlineData("PUT", "api/v1/namespaces/default/secrets/a", false, "update", "secrets")]
    [InlineData("DELETE", "api/v1/namespaces/default/secrets/a", false, "delete", "secrets")]
    [InlineData("DELETE", "api/v1/namespaces/default/secrets", false, "deletecollection", "secrets")]
    [InlineData("GET", "version", false, "get", "other")]
    public void Of_Request_HasVerbAndResourceOnly(
        string method,
        string path,
        bool isWatch,
        string verb,
        string resource
    ) =>
        Assert.Equal(
            new RequestShape(verb, resource),
            RequestShape.Of(new HttpMethod(method), path, isWatch)
        );
}
