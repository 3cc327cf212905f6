using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Tests.Policies;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>Random policies over the models m0 to m2 and the providers p0 and p1, and requests of a class that may not leave.</summary>
internal static class RandomPlans
{
    /// <summary>One to four targets.</summary>
    public static List<RouteTarget> Targets(Random random) =>
        [
            .. Enumerable
                .Range(0, random.Next(1, 5))
                .Select(_ =>
                    random.Next(2) == 0
                        ? World.Local($"m{random.Next(3)}")
                        : World.Remote($"p{random.Next(2)}")
                ),
        ];

    /// <summary>The plan of a request to the policy p.</summary>
    public static RoutePlan Of(RoutingSnapshot snapshot, bool isSecret, Random random) =>
        RoutePlanner.Build(
            Route.Find(snapshot, "p", "default")!,
            snapshot,
            new RequestFacts(() => "")
            {
                Header = name => isSecret && name == "x-llm-data-class" ? "Secret" : null,
            },
            KnownFigures.None,
            () => random
        );
}
