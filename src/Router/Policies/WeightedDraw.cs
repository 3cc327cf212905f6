using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Policies;

/// <summary>Draws a rule's targets by their weights. Pure.</summary>
internal static class WeightedDraw
{
    /// <summary>The random numbers for a rule: the same for the same session or user where the rule asks for that, on every router.</summary>
    public static Random For(string policy, RoutingRule rule, RequestFacts facts, Func<Random> random)
    {
        string? key = rule.DrawBy switch
        {
            DrawBy.Session => facts.Session ?? facts.User,
            DrawBy.User => facts.User,
            _ => null,
        };
        return key is null ? random() : new Random(Seed($"{policy}\n{rule.Name}\n{key}"));
    }

    /// <summary>One target is drawn by weight, then one of the rest, and so on; weight 0 is never drawn.</summary>
    public static List<RouteTarget> Draw(IReadOnlyList<RouteTarget> targets, Random random)
    {
        List<RouteTarget> left = [.. targets.Where(t => Share(t) > 0)];
        List<RouteTarget> drawn = [];
        while (left.Count > 0)
        {
            int point = random.Next(left.Sum(Share));
            int index = 0;
            while (point >= Share(left[index]))
            {
                point -= Share(left[index++]);
            }

            drawn.Add(left[index]);
            left.RemoveAt(index);
        }

        return drawn;
    }

    /// <summary>A seed that is the same for the same text on every machine.</summary>
    public static int Seed(string text) =>
        BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static int Share(RouteTarget target) => target.Weight ?? 1;
}
