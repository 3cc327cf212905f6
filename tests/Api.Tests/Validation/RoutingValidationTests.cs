using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;

namespace LlmOperator.Api.Tests.Validation;

public sealed class RoutingValidationTests
{
    private static readonly RouteTarget s_local = new() { Model = "demo" };

    [Theory]
    [InlineData("^refactor\\b", true)]
    [InlineData("(a|b)+c", true)]
    [InlineData("(unclosed", false)]
    [InlineData("(?=look)ahead", false)]
    [InlineData("(a)\\1", false)]
    public void Check_Pattern_MustRunWithoutBacktracking(string pattern, bool sound)
    {
        RoutingRule rule = new()
        {
            Name = "r",
            Match = new RoutingMatch { Patterns = ["fine", pattern] },
            Targets = [s_local],
        };

        IReadOnlyList<SpecProblem> problems = RoutingValidation.Check(
            new RoutingPolicySpec { Rules = [rule] }
        );

        Assert.Equal(sound ? [] : ["spec.rules[0].match.patterns[1]"], problems.Select(p => p.Path));
    }

    [Fact]
    public void Check_EmptyTargetsAndRange_AreNamed()
    {
        RoutingPolicySpec spec = new()
        {
            Rules =
            [
                new RoutingRule { Name = "none" },
                new RoutingRule
                {
                    Name = "range",
                    Match = new RoutingMatch
                    {
                        PromptTokens = new TokenRange { Above = 10, Below = 11 },
                    },
                    Targets = [new RouteTarget()],
                },
            ],
            Fallback = [s_local, new RouteTarget()],
        };

        Assert.Equal(
            [
                "spec.rules[0].targets",
                "spec.rules[1].targets[0]",
                "spec.rules[1].match.promptTokens",
                "spec.fallback[1]",
            ],
            RoutingValidation.Check(spec).Select(p => p.Path)
        );
    }

    [Theory]
    [InlineData("https://api.example.com/v1", true)]
    [InlineData("http://127.0.0.1:8080/v1", true)]
    [InlineData("http://localhost/v1", true)]
    [InlineData("http://api.example.com/v1", false)]
    [InlineData("https://key@api.example.com/v1", false)]
    [InlineData("api.example.com", false)]
    public void Check_BaseUrl_IsHttpsOrLoopback(string url, bool sound)
    {
        InferenceProviderSpec spec = new() { BaseUrl = url, Models = [new ProviderModel { Name = "m" }] };

        Assert.Equal(sound ? [] : ["spec.baseUrl"], RoutingValidation.Check(spec).Select(p => p.Path));
    }

    [Fact]
    public void Check_ProviderModels_AreUniqueAndNotNone()
    {
        ProviderModel model = new() { Name = "m" };
        InferenceProviderSpec twice = new() { BaseUrl = "https://example.com", Models = [model, model] };

        Assert.Equal(["spec.models[1].name"], RoutingValidation.Check(twice).Select(p => p.Path));
        Assert.Equal(
            ["spec.models"],
            RoutingValidation.Check(twice with { Models = [] }).Select(p => p.Path)
        );
    }

    [Fact]
    public void Check_Role_NeedsATarget()
    {
        Assert.Equal(["spec.targets"], RoutingValidation.Check(new WorkerRoleSpec()).Select(p => p.Path));
        Assert.Empty(RoutingValidation.Check(new WorkerRoleSpec { Targets = [s_local] }));
    }
}
