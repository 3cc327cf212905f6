using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>An embedded API server that knows <see cref="Widget"/>, with a typed client over HTTPS.</summary>
public sealed class WidgetServer : IAsyncDisposable
{
    /// <summary>CRD of <see cref="Widget"/>.</summary>
    public const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: widgets.example.com }
        spec:
          group: example.com
          scope: Namespaced
          names: { kind: Widget, listKind: WidgetList, plural: widgets, singular: widget }
          versions:
          - name: v1
            served: true
            storage: true
            subresources: { status: {} }
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      color: { type: string }
                      size: { type: integer }
                  status:
                    type: object
                    properties:
                      phase: { type: string }
                      observedGeneration: { type: integer }
                      conditions:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [type]
                        items:
                          type: object
                          required: [type, status]
                          properties:
                            type: { type: string }
                            status: { type: string }
                            reason: { type: string }
                            message: { type: string }
                            observedGeneration: { type: integer }
                            lastTransitionTime: { type: string, format: date-time }
        """;

    private WidgetServer(ApiServerFixture fixture, KubernetesClient client) =>
        (Fixture, Client) = (fixture, client);

    public ApiServerFixture Fixture { get; }

    public KubernetesClient Client { get; }

    public static async Task<WidgetServer> StartAsync(CancellationToken cancellationToken)
    {
        ApiServerFixture fixture = await ApiServerFixture.StartAsync([Crd], cancellationToken);
        KubernetesConfiguration configuration = KubernetesConfiguration.FromKubeconfigText(
            fixture.Server.Kubeconfig
        );
        return new WidgetServer(fixture, new KubernetesClient(configuration, TimeProvider.System));
    }

    /// <summary>Creates a widget in namespace <c>default</c>.</summary>
    public Task<Widget> CreateAsync(string name, CancellationToken cancellationToken, int size = 1) =>
        Client.CreateAsync(
            new Widget
            {
                Metadata = new ObjectMeta { Name = name, Namespace = "default" },
                Spec = new WidgetSpec { Color = "red", Size = size },
            },
            new WriteOptions { FieldManager = "test" },
            cancellationToken
        );

    /// <summary>Applies another size.</summary>
    public Task<Widget> ResizeAsync(string name, int size, CancellationToken cancellationToken) =>
        Client.ApplyAsync(
            new Widget
            {
                Metadata = new ObjectMeta { Name = name, Namespace = "default" },
                Spec = new WidgetSpec { Color = "red", Size = size },
            },
            new ApplyOptions { FieldManager = "test", Force = true },
            cancellationToken
        );

    /// <summary>The text of a config map's key in namespace <c>default</c>, or null.</summary>
    public async Task<string?> ReadAsync(string name, string key, CancellationToken cancellationToken) =>
        (
            await Client.FindAsync<ConfigMap>(new ObjectKey("default", name), cancellationToken)
        )?.Data?.GetValueOrDefault(key);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Fixture.DisposeAsync();
    }
}
