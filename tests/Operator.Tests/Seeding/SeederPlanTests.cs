using LlmOperator.Operator.Seeding;

namespace LlmOperator.Operator.Tests.Seeding;

public sealed class SeederPlanTests
{
    private const string Digest = "sha256:d";

    [Fact]
    public void Of_ManyNodes_NamesOneOfThemToAll()
    {
        IReadOnlyList<string>[] named = Plan(Nodes(8), Wishes(8));
        string seeder = Assert.Single(named.SelectMany(n => n).Distinct());
        Assert.Equal(8, named.Length);
        Assert.Contains(seeder, Nodes(8).Select(n => n.Name));
    }

    [Fact]
    public void Of_MoreThanSixteenNodes_NamesTwo()
    {
        Assert.Single(Plan(Nodes(16), Wishes(16))[0]);
        Assert.Equal(2, Plan(Nodes(17), Wishes(17))[0].Count);
    }

    [Fact]
    public void Of_TwoSeedersWhenFewStillWantIt_BothStay() =>
        Assert.All(Plan(Nodes(9), Wishes(9, "n2", "n5")), named => Assert.Equal(["n2", "n5"], named));

    [Fact]
    public void Of_SeveralZones_NamesOneInEach()
    {
        SeedNode[] nodes = [.. Nodes(6).Select((n, i) => n with { Zone = i % 2 == 0 ? "a" : "b" })];
        IReadOnlyDictionary<(string, string Node), IReadOnlyList<string>> plan = SeederPlan.Of(
            nodes,
            Wishes(6)
        );
        foreach (SeedNode node in nodes)
        {
            string seeder = Assert.Single(plan[("m", node.Name)]);
            Assert.Equal(node.Zone, nodes.Single(n => n.Name == seeder).Zone);
        }
    }

    [Fact]
    public void Of_HolderInTheZone_IsNamedEvenWhenItWantsNothing()
    {
        SeedNode holder = new()
        {
            Name = "holder",
            IsReady = true,
            Stored = new HashSet<string> { Digest },
        };
        Assert.All(Plan([.. Nodes(4), holder], Wishes(4)), named => Assert.Equal(["holder"], named));
    }

    [Fact]
    public void Of_HolderInAnotherZoneOrAway_IsNotNamed()
    {
        SeedNode far = new()
        {
            Name = "far",
            Zone = "b",
            IsReady = true,
            Stored = new HashSet<string> { Digest },
        };
        SeedNode away = far with { Name = "away", Zone = "", IsReady = false, IsAway = true };
        Assert.All(
            Plan([.. Nodes(4), far, away], Wishes(4)),
            named => Assert.StartsWith("n", Assert.Single(named), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Of_SeederThatLives_StaysWhateverElseHappens()
    {
        string seeder = Plan(Nodes(4), Wishes(4))[0][0];
        string other = Nodes(9).Select(n => n.Name).First(n => n != seeder);
        foreach (string present in new[] { seeder, other })
        {
            SeedNode holder = new()
            {
                Name = "holder",
                IsReady = true,
                Stored = new HashSet<string> { Digest },
            };
            Assert.All(
                Plan([.. Nodes(9), holder], Wishes(9, present)),
                named => Assert.Equal([present], named)
            );
        }
    }

    [Fact]
    public void Of_SeederWhoseAgentRestarts_Stays()
    {
        SeedNode[] nodes =
        [
            .. Nodes(4).Select(n => n.Name == "n2" ? n with { IsReady = false, IsAway = true } : n),
        ];
        Assert.All(Plan(nodes, Wishes(4, "n2")), named => Assert.Equal(["n2"], named));
    }

    [Fact]
    public void Of_SeederThatIsLost_IsReplaced()
    {
        SeedNode[] nodes = [.. Nodes(4).Select(n => n.Name == "n2" ? n with { IsReady = false } : n)];
        Assert.All(
            Plan(nodes, Wishes(4, "n2")),
            named => Assert.Contains(Assert.Single(named), new[] { "n1", "n3", "n4" })
        );
        Assert.All(
            Plan([.. nodes.Where(n => n.Name != "n2")], [.. Wishes(4, "n2").Where(w => w.Node != "n2")]),
            named => Assert.NotEqual("n2", Assert.Single(named))
        );
    }

    [Fact]
    public void Of_SeederWhosePullFailed_IsReplacedUnlessAllFailed()
    {
        SeedWish[] wishes = [.. Wishes(4, "n2").Select(w => w with { HasFailed = w.Node == "n2" })];
        string next = Assert.Single(Plan(Nodes(4), wishes).SelectMany(n => n).Distinct());
        Assert.NotEqual("n2", next);

        SeedWish[] all = [.. wishes.Select(w => w with { HasFailed = true })];
        Assert.Single(Plan(Nodes(4), all)[0]);
    }

    [Fact]
    public void Of_NodesThatHaveTheFile_AreLeftAlone()
    {
        SeedNode[] nodes =
        [
            .. Nodes(4).Select(n => n with { Stored = n.Name == "n4" ? [] : new HashSet<string> { Digest } }),
        ];
        IReadOnlyDictionary<(string, string Node), IReadOnlyList<string>> plan = SeederPlan.Of(
            nodes,
            Wishes(4)
        );
        (string, string Node) only = Assert.Single(plan.Keys);
        Assert.Equal("n4", only.Node);
        Assert.NotEqual("n4", Assert.Single(plan[only]));
    }

    [Fact]
    public void Of_ManyModels_SpreadsTheWork()
    {
        IEnumerable<SeedWish> wishes = Enumerable
            .Range(0, 64)
            .SelectMany(m => Wishes(8).Select(w => w with { Model = $"m{m}", Digest = $"sha256:{m}" }));
        Dictionary<string, int> seeding = SeederPlan
            .Of(Nodes(8), wishes)
            .GroupBy(p => p.Key.Model)
            .CountBy(g => g.First().Value[0])
            .ToDictionary();
        Assert.Equal(8, seeding.Count);
        Assert.True(seeding.Values.Max() <= 24, string.Join(' ', seeding));
    }

    [Fact]
    public void Of_AnyOrderOfInput_IsTheSame()
    {
        IReadOnlyList<string> once = Plan(Nodes(20), Wishes(20))[0];
        IReadOnlyList<string> again = Plan([.. Nodes(20).Reverse()], [.. Wishes(20).Reverse()])[0];
        Assert.Equal(once, again);
    }

    private static SeedNode[] Nodes(int count) =>
        [.. Enumerable.Range(1, count).Select(i => new SeedNode { Name = $"n{i}", IsReady = true })];

    private static SeedWish[] Wishes(int count, params string[] seeders) =>
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => new SeedWish(
                    "m",
                    $"n{i}",
                    Digest,
                    Seeders: seeders.Length == 0 ? null : seeders
                )),
        ];

    private static IReadOnlyList<string>[] Plan(SeedNode[] nodes, SeedWish[] wishes) =>
        [.. SeederPlan.Of(nodes, wishes).OrderBy(p => p.Key.Node).Select(p => p.Value)];
}
