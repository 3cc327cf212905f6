using System.Net;
using System.Text;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>
/// What a kube-apiserver lets each service account do, beside what the account does in the story: the roles are
/// enforced, so a missing permission is a refused request.
/// </summary>
public sealed class CanITests(EngineFixture engine, ITestOutputHelper output) : IClassFixture<EngineFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Granted_ByAKubeApiServer_IsWhatTheStoryUses()
    {
        await using KubeStoryServer server = await KubeStoryServer.StartAsync(
            KubernetesBinaries.Require(),
            Token
        );
        IReadOnlySet<Permission> everybodys = await Permission.OfAsync(server.Stranger, Token);
        await using RbacStory story = new(engine, server);

        await story.PlayAsync();

        List<string> differences = [];
        foreach (Component component in Component.All)
        {
            IReadOnlyCollection<ApiRequest> requests = story.RequestsOf(component);
            Permission[] granted =
            [
                .. (await Permission.OfAsync(server.ClientOf(component), Token)).Except(everybodys),
            ];
            Write(component, granted, requests);
            Assert.NotEmpty(granted);
            differences.AddRange(
                story.RefusalsOf(component).Distinct().Select(r => $"{component} was refused {r}")
            );
            differences.AddRange(
                granted
                    .Where(p => !requests.Any(p.IsUsedBy) && !IsForOlderServers(p))
                    .Select(p => $"{component} does not use {p}")
            );
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public async Task Account_OfEachComponent_IsRefusedWhatIsNotItsOwn()
    {
        await using KubeStoryServer server = await KubeStoryServer.StartAsync(
            KubernetesBinaries.Require(),
            Token
        );
        foreach (Component component in Component.All)
        {
            foreach (
                string path in new[]
                {
                    "api/v1/secrets",
                    $"api/v1/namespaces/{RbacStory.OwnNamespace}/secrets/keys",
                    "api/v1/namespaces/default/secrets/others",
                    "api/v1/namespaces/default/pods",
                    "apis/coordination.k8s.io/v1/namespaces/default/leases",
                }
            )
            {
                using HttpResponseMessage answer = await server.ClientOf(component).GetAsync(path, Token);
                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{component}: {path}");
            }
        }
    }

    // Events of core/v1 are written where there is no events.k8s.io/v1 (C48): before Kubernetes 1.19.
    private static bool IsForOlderServers(Permission permission) =>
        permission is { Group: "", Resource: "events" };

    private void Write(
        Component component,
        IEnumerable<Permission> granted,
        IReadOnlyCollection<ApiRequest> requests
    )
    {
        StringBuilder table = new(
            $"| {component.AccountName}: resource | where | may, with requests |\n|---|---|---|\n"
        );
        foreach (
            var same in granted
                .GroupBy(p => (p.Group, p.Resource, p.Namespace, p.Name))
                .OrderBy(g => g.Key.Group, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Resource, StringComparer.Ordinal)
        )
        {
            string group = same.Key.Group.Length == 0 ? "" : "." + same.Key.Group;
            string name = same.Key.Name is { } only ? "/" + only : "";
            table.Append($"| {same.Key.Resource}{group}{name} | {same.Key.Namespace} | ");
            table.AppendJoin(
                ", ",
                same.OrderBy(p => p.Verb, StringComparer.Ordinal)
                    .Select(p => $"{p.Verb} {requests.Count(p.IsUsedBy)}")
            );
            table.Append(" |\n");
        }

        output.WriteLine(table.ToString());
    }
}
