namespace LlmOperator.Router.Tests.Budgets;

/// <summary>R-17: three routers, one ledger, crashes, cuts and conflicts; nothing is overdrawn, lost or counted twice.</summary>
public sealed class LedgerPropertyTests
{
    private const int Histories = 1_000;
    private const int Steps = 120;
    private const int Seed = 20_261_125;

    [Fact]
    public async Task Ledger_ThousandHistoriesOfThreeRouters_AreExactAndNeverOverdrawn()
    {
        int granted = 0;
        int refused = 0;
        int crashes = 0;
        int conflicts = 0;
        int exact = 0;
        for (int i = 0; i < Histories; i++)
        {
            LedgerServer? server = null;
            LedgerStory story = new(
                Seed + i,
                time =>
                {
                    server = new LedgerServer(time);
                    return server;
                },
                "b"
            );
            await story.PlayAsync(Steps);
            string context = $"history {i} of seed {Seed}";
            if (server!.Find(story.Ledger) is not { } last)
            {
                continue;
            }

            exact += LedgerChecks.Check(story, [.. server.History.Select(h => h.Ledger)], last, context);
            (granted, refused, crashes, conflicts) = (
                granted + story.Granted,
                refused + story.Refused,
                crashes + story.Crashes,
                conflicts + story.Conflicts
            );
        }

        // The histories are worth something only when all of it happens.
        Assert.True(granted > 10_000, $"{granted} granted");
        Assert.True(refused > 1_000, $"{refused} refused");
        Assert.True(crashes > 1_000, $"{crashes} crashes");
        Assert.True(conflicts > 1_000, $"{conflicts} conflicts");
        Assert.True(exact > 100, $"{exact} periods without a crash");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Histories} histories: {granted} granted, {refused} refused, {crashes} crashes, {conflicts} conflicts, {exact} periods exact to the token"
        );
    }
}
