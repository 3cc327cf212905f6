using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>
/// A kube-apiserver that enforces roles: those of deploy/rbac, bound to the accounts as deploy/kustomize binds them.
/// Each component sends the token of its own account.
/// </summary>
internal sealed class KubeStoryServer : StoryServer
{
    private const string Roles = "apis/rbac.authorization.k8s.io/v1";
    private const string OwnAccounts = $"api/v1/namespaces/{RbacStory.OwnNamespace}/serviceaccounts";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly Dictionary<Component, HttpClient> _clients = [];
    private readonly ControlPlane _plane;
    private readonly CancellationToken _cancellation;
    private HttpClient? _stranger;

    private KubeStoryServer(ControlPlane plane, CancellationToken cancellation) =>
        (_plane, Admin, _cancellation) = (plane, plane.CreateClient(), cancellation);

    public override HttpClient Admin { get; }

    /// <summary>An account that nothing is bound to: what it may do, every account may do.</summary>
    public HttpClient Stranger =>
        _stranger ?? throw new InvalidOperationException("The server is not prepared.");

    public static async Task<KubeStoryServer> StartAsync(string assets, CancellationToken cancellation)
    {
        ControlPlane plane = new(assets);
        KubeStoryServer server = new(plane, cancellation);
        try
        {
            await plane.StartAsync(cancellation);
            await server.PrepareAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override HttpClient ClientOf(Component component) => _clients[component];

    public override async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in _clients.Values)
        {
            client.Dispose();
        }

        _stranger?.Dispose();
        Admin.Dispose();
        await _plane.DisposeAsync();
    }

    private async Task PrepareAsync()
    {
        foreach (string crd in Crds)
        {
            await CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
        }

        await CreateAsync(
            "api/v1/namespaces",
            Named("v1", "Namespace", RbacStory.OwnNamespace).ToJsonString()
        );
        await CreateAsync(OwnAccounts, Named("v1", "ServiceAccount", "stranger").ToJsonString());
        IEnumerable<JsonObject> bound = Documents("deploy/kustomize/base/objects.yaml")
            .Where(o => (string)o["kind"]! is "ServiceAccount" or "ClusterRoleBinding" or "RoleBinding");
        IEnumerable<JsonObject> roles = Component.All.SelectMany(c =>
            Documents($"deploy/rbac/{c.Name}.yaml")
        );
        IEnumerable<JsonObject> secrets = Component.All.SelectMany(StoryObjects.SecretAccess);
        foreach (JsonObject obj in bound.Concat(roles).Concat(secrets))
        {
            await CreateAsync(PathOf(obj), obj.ToJsonString());
        }

        _stranger = _plane.CreateClient(await TokenAsync("stranger"));
        foreach (Component component in Component.All)
        {
            _clients[component] = _plane.CreateClient(await TokenAsync(component.AccountName));
            await UntilGrantedAsync(component);
        }
    }

    // Roles hold a moment after they are created.
    private async Task UntilGrantedAsync(Component component)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            IReadOnlySet<Permission> granted = await Permission.OfAsync(_clients[component], _cancellation);
            RbacRule? missing = component.Rules.FirstOrDefault(rule =>
                !rule.Verbs.All(v => granted.Any(p => p.Is(v, rule.Group, rule.Resource)))
            );
            if (missing is null)
            {
                return;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < s_limit,
                $"{component} is not granted {missing.Resource} {string.Join(',', missing.Verbs)}"
            );
            await Task.Delay(100, _cancellation);
        }
    }

    private async Task<string> TokenAsync(string account)
    {
        JsonNode answer = await CreateAsync(
            $"{OwnAccounts}/{account}/token",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}"""
        );
        return (string)answer["status"]!["token"]!;
    }

    private async Task<JsonNode> CreateAsync(string path, string text)
    {
        string type = text[0] == '{' ? "application/json" : "application/yaml";
        using StringContent content = new(text, Encoding.UTF8, type);
        using HttpResponseMessage answer = await Admin.PostAsync(path, content, _cancellation);
        string body = await answer.Content.ReadAsStringAsync(_cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {body}");
        return JsonNode.Parse(body)!;
    }

    private static JsonObject Named(string version, string kind, string name) =>
        new()
        {
            ["apiVersion"] = version,
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
        };

    private static IReadOnlyList<JsonObject> Documents(string path) =>
        KubernetesYaml.ReadAll(Repository.Read(path), path);

    private static string PathOf(JsonObject obj) =>
        ((string)obj["kind"]!, (string?)obj["metadata"]!["namespace"]) switch
        {
            ("ServiceAccount", var ns) => $"api/v1/namespaces/{ns}/serviceaccounts",
            (var kind, null) => $"{Roles}/{kind.ToLowerInvariant()}s",
            var (kind, ns) => $"{Roles}/namespaces/{ns}/{kind.ToLowerInvariant()}s",
        };
}
