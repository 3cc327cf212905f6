using LlmOperator.Router.Balancing.Prefixes;

namespace LlmOperator.Router.Tests.Balancing.Prefixes;

public sealed class ReplicaChoiceTests
{
    private static readonly ulong[] s_prompt = [.. Enumerable.Range(1, 20).Select(i => (ulong)i)];

    [Fact]
    public void Choose_TheLongestBeginningWins()
    {
        (int index, ChosenBy by) = Choose([Idle("a", 3), Idle("b", 12), Idle("c", 0)]);

        Assert.Equal((1, ChosenBy.Prefix), (index, by));
    }

    [Fact]
    public void Choose_EqualBeginnings_TheLessLoadedWins()
    {
        (int index, _) = Choose([
            new ReplicaState("a", 2, 150, 5),
            new ReplicaState("b", 1, 100, 5),
            new ReplicaState("c", 3, 400, 0),
        ]);

        Assert.Equal(1, index);
    }

    [Fact]
    public void Choose_TheLongestIsLoadedMuchMoreThanTheOthers_TheNextLongestTakesIt()
    {
        (int index, ChosenBy by) = Choose([
            new ReplicaState("a", 4, 4000, 20),
            new ReplicaState("b", 1, 100, 4),
            new ReplicaState("c", 1, 100, 0),
        ]);

        Assert.Equal((1, ChosenBy.Prefix), (index, by));
    }

    [Fact]
    public void Choose_HotBeginningAndNothingElse_SpreadsOverAll()
    {
        // Every request has the same beginning, and none ends: each goes to some replica, none gets much more than its share.
        long[] tokens = new long[8];
        int[] inFlight = new int[8];
        bool[] knows = new bool[8];
        for (int i = 0; i < 400; i++)
        {
            ReplicaState[] states =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(r => new ReplicaState($"r{r}", inFlight[r], tokens[r], knows[r] ? 20 : 0)),
            ];
            (int index, _) = Choose(states);
            tokens[index] += 100;
            inFlight[index]++;
            knows[index] = true;
        }

        Assert.All(inFlight, n => Assert.InRange(n, 30, 63));
    }

    [Fact]
    public void Choose_Session_GoesToOneReplicaAndToAnotherOnlyWhenThatIsGone()
    {
        string[] ids = ["a", "b", "c", "d", "e"];
        for (ulong session = 1; session < 200; session++)
        {
            string all = Of(ids, session);
            foreach (string gone in ids)
            {
                string rest = Of([.. ids.Where(i => i != gone)], session);
                Assert.True(gone == all || rest == all);
            }
        }
    }

    [Fact]
    public void Choose_ManySessions_SpreadEvenly()
    {
        int[] counts =
        [
            .. Enumerable
                .Range(1, 4000)
                .GroupBy(s => Of(["a", "b", "c", "d"], (ulong)s * 7919))
                .Select(g => g.Count()),
        ];

        Assert.All(counts, c => Assert.InRange(c, 850, 1150));
    }

    [Fact]
    public void Choose_ShortPromptWithoutSession_TheLessBusyOfTwo()
    {
        PromptAffinity prompt = new(() => [], () => null, tokens: 10);
        (int index, ChosenBy by) = ReplicaChoice.Choose(
            [new ReplicaState("a", 5, 50, 0), new ReplicaState("b", 1, 10, 0)],
            prompt,
            new Random(1)
        );

        Assert.Equal((1, ChosenBy.Load), (index, by));
    }

    private static string Of(string[] ids, ulong session)
    {
        PromptAffinity prompt = new(() => s_prompt, () => session, tokens: 100);
        ReplicaState[] states = [.. ids.Select(i => Idle(i, 0))];
        (int index, ChosenBy by) = ReplicaChoice.Choose(states, prompt, new Random(1));
        Assert.Equal(ChosenBy.Session, by);
        return ids[index];
    }

    private static ReplicaState Idle(string id, int match) => new(id, 0, 0, match);

    private static (int Index, ChosenBy By) Choose(ReplicaState[] states) =>
        ReplicaChoice.Choose(
            states,
            new PromptAffinity(() => s_prompt, () => null, tokens: 100),
            new Random(1)
        );
}
