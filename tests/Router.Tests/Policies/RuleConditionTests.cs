using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Policies;

public sealed class RuleConditionTests
{
    [Theory]
    [InlineData("/v1/embeddings", "/v1/embeddings", true)]
    [InlineData("/v1/embeddings", "/v1/chat/completions", false)]
    [InlineData("/v1/*", "/v1/chat/completions", true)]
    [InlineData("/api/*", "/v1/chat/completions", false)]
    public void Matches_Path_IsExactOrABeginning(string pattern, string path, bool expected) =>
        Assert.Equal(
            expected,
            Matches(new RoutingMatch { Paths = [pattern] }, new RequestFacts(() => "") { Path = path })
        );

    [Theory]
    [InlineData("2026-11-25T21:59:00Z", "Monday Wednesday", "22:00", "06:00", null, false)]
    [InlineData("2026-11-25T22:00:00Z", "Monday Wednesday", "22:00", "06:00", null, true)]
    [InlineData("2026-11-26T05:59:00Z", "Monday Wednesday", "22:00", "06:00", null, true)]
    [InlineData("2026-11-26T06:00:00Z", "Monday Wednesday", "22:00", "06:00", null, false)]
    [InlineData("2026-11-26T22:30:00Z", "Monday Wednesday", "22:00", "06:00", null, false)]
    [InlineData("2026-11-25T08:30:00Z", "", "09:00", "17:00", "Europe/Berlin", true)]
    [InlineData("2026-11-25T07:30:00Z", "", "09:00", "17:00", "Europe/Berlin", false)]
    // In summer Berlin is two hours ahead.
    [InlineData("2026-07-01T07:30:00Z", "", "09:00", "17:00", "Europe/Berlin", true)]
    [InlineData("2026-11-29T23:30:00Z", "Monday", null, null, "Asia/Tokyo", true)]
    [InlineData("2026-11-29T23:30:00Z", "Monday", null, null, null, false)]
    public void Matches_Time_IsOfTheZoneAndMayCrossMidnight(
        string now,
        string days,
        string? from,
        string? to,
        string? zone,
        bool expected
    )
    {
        TimeMatch time = new()
        {
            Days = [.. days.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Weekday>)],
            From = from,
            To = to,
            TimeZone = zone,
        };

        Assert.Equal(
            expected,
            Matches(
                new RoutingMatch { Time = time },
                new RequestFacts(() => "") { Now = DateTimeOffset.Parse(now) }
            )
        );
    }

    [Theory]
    [InlineData(
        """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e.org/a.png"}}]}]}""",
        true
    )]
    [InlineData("""{"messages":[{"role":"user","content":"what is an image_url?"}]}""", false)]
    public void Matches_Images_AreThoseOfTheMessages(string body, bool expected) =>
        Assert.Equal(expected, Matches(new RoutingMatch { HasImages = true }, Facts(body)));

    [Fact]
    public void Matches_Complexity_RisesWithLengthCodeReasoningAndTools()
    {
        ComplexityScore easy = TaskComplexity.Of("hello", 10, 0);
        ComplexityScore hard = TaskComplexity.Of(
            "Prove step by step why this is correct, then refactor it:\n```\nint a;\nint b;\nint c;\nint d;\n```\n- fast?\n- safe?",
            8000,
            4
        );

        Assert.Equal(0, easy.Total);
        Assert.Equal("68 (length 26, code 2, reasoning 20, tools 12, parts 8)", hard.ToString());
        Assert.Equal(hard.Total, hard.Terms.Sum(t => t.Points));
        Assert.Equal(100, hard.Terms.Sum(t => t.Most));
        RoutingMatch above = new() { Complexity = new ScoreRange { Above = 50 } };
        Assert.True(
            Matches(above, new RequestFacts(() => "") { PromptTokens = 20_000, ReadTexts = () => Tools(20) })
                is false
        );
        Assert.True(
            Matches(
                above,
                new RequestFacts(() => "explain, compare, prove, design")
                {
                    PromptTokens = 20_000,
                    ReadTexts = () => Tools(20),
                }
            )
        );
    }

    [Fact]
    public void Facts_ThatNoRuleAsksFor_AreNotRead()
    {
        RequestFacts facts = new(() => throw new InvalidOperationException("text"))
        {
            ReadTexts = () => throw new InvalidOperationException("texts"),
            Path = "/v1/embeddings",
        };

        Assert.True(Matches(new RoutingMatch { Paths = ["/v1/*"], HasTools = false }, facts));
        Assert.Null(facts.ComplexityIfAsked);
    }

    [Fact]
    public void Compile_UnknownTimeZone_MakesThePolicyUnusableAndSaysWhich()
    {
        RoutingRule rule = new()
        {
            Name = "night",
            Match = new RoutingMatch { Time = new TimeMatch { TimeZone = "Mars/Olympus" } },
            Targets = [World.Local("a")],
        };

        Policy policy = new World()
            .Policy("p", new RoutingPolicySpec { Rules = [rule] })
            .Snapshot.Policies.Values.Single();

        Assert.Contains("rule night", policy.Problem, StringComparison.Ordinal);
    }

    private static RequestTexts Tools(int count) =>
        RequestTexts.Read(
            Encoding.UTF8.GetBytes(
                $$"""{"tools":[{{string.Join(',', Enumerable.Repeat("""{"type":"function","function":{"name":"f"}}""", count))}}]}"""
            )
        );

    private static RequestFacts Facts(string body) =>
        new(() => "") { ReadTexts = () => RequestTexts.Read(Encoding.UTF8.GetBytes(body)) };

    private static bool Matches(RoutingMatch match, RequestFacts facts)
    {
        RoutingRule rule = new()
        {
            Name = "r",
            Match = match,
            Targets = [World.Local("a")],
        };
        Policy policy = new World()
            .Policy("p", new RoutingPolicySpec { Rules = [rule] })
            .Snapshot.Policies.Values.Single();
        Assert.Null(policy.Problem);
        return RuleMatcher.Matches(policy.Rules[0], facts, policy);
    }
}
