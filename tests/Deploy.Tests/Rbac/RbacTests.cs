using LlmOperator.Controllers.Rbac;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>The declared permissions are those that are used: none is missing, none is left over.</summary>
public sealed class RbacTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task Declared_ComparedWithTheRequestsOfAStory_AreTheSame()
    {
        await using StoryServer server = await EmbeddedStoryServer.StartAsync(
            TestContext.Current.CancellationToken
        );
        await using RbacStory story = new(engine, server);
        await story.PlayAsync();
        List<string> differences = [];
        foreach (Component component in Component.All)
        {
            IReadOnlyCollection<ApiRequest> requests = story.RequestsOf(component);
            differences.AddRange(
                requests
                    .Where(r => !component.Rules.Any(rule => r.IsAllowedBy(rule, RbacStory.OwnNamespace)))
                    .Select(r =>
                        $"{component}: {r.Verb} {r.Resource} in {r.Namespace ?? "-"} is not declared"
                    )
                    .Distinct(StringComparer.Ordinal)
            );
            differences.AddRange(
                from rule in component.Rules
                from verb in rule.Verbs
                let one = rule with
                {
                    Verbs = [verb],
                }
                where
                    !requests.Any(r =>
                        r.IsAllowedBy(one, RbacStory.OwnNamespace)
                        || r.IsAllowedBy(OnNewServers(one), RbacStory.OwnNamespace)
                    )
                select $"{component}: {verb} {rule.Resource} ({rule.Scope}) is not used"
            );
        }

        Assert.Empty(differences);
    }

    // What older servers are asked for in place of what the story's server was asked for (docs/runtime-semantics.md):
    // a list in pages where lists are not streamed (C21), core/v1 events where there is no events.k8s.io/v1 (C48).
    private static RbacRule OnNewServers(RbacRule rule) =>
        rule switch
        {
            { Verbs: ["list"] } => rule with { Verbs = ["watch"] },
            { Group: "", Resource: "events" } => rule with { Group = "events.k8s.io" },
            _ => rule,
        };

    [Fact]
    public void Declared_OfEveryComponent_AreModest()
    {
        string[] verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
        foreach (RbacRule rule in Component.All.SelectMany(c => c.Rules))
        {
            Assert.All(rule.Verbs, verb => Assert.Contains(verb, verbs));
            Assert.True(
                rule.Resource != "secrets" || rule.Scope == RbacScope.NamedObjects,
                "Secrets are read by name only."
            );
            Assert.DoesNotContain('*', rule.Resource);
            Assert.NotEqual("pods/exec", rule.Resource);
        }
    }
}
