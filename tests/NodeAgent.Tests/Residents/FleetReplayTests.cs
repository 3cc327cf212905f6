using LlmOperator.NodeAgent.Residents;

namespace LlmOperator.NodeAgent.Tests.Residents;

/// <summary>The residency policy over an hour of virtual time, beside plain least-recently-used.</summary>
public sealed class FleetReplayTests
{
    [Fact]
    public void Replay_AnHourOfArrivalsKillsAndRestarts_NeverHoldsMoreThanTheDevice()
    {
        double policySeconds = 0;
        double plainSeconds = 0;
        int policySwaps = 0;
        int plainSwaps = 0;
        for (int seed = 1; seed <= 20; seed++)
        {
            FleetReplay policy = new FleetReplay(
                new Random(seed),
                (needs, room, residents) => ResidencyPolicy.Leavers(needs, room, residents)
            ).Run();
            FleetReplay plain = new FleetReplay(new Random(seed), FleetReplay.LeastRecentlyUsed).Run();

            Assert.True(policy.Most <= FleetReplay.Budget, $"seed {seed}: {policy.Most} bytes are held");
            Assert.True(plain.Most <= FleetReplay.Budget, $"seed {seed}: {plain.Most} bytes are held");
            Assert.True(policy.Answered > 300, $"seed {seed}: only {policy.Answered} requests were answered");
            policySeconds += policy.LoadSeconds / policy.Answered;
            plainSeconds += plain.LoadSeconds / plain.Answered;
            policySwaps += policy.Swaps;
            plainSwaps += plain.Swaps;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"swaps {policySwaps} against {plainSwaps}, seconds of loading a request {policySeconds / 20:0.00} against {plainSeconds / 20:0.00}"
        );
        // Less time is spent loading for each request than with plain least-recently-used.
        Assert.True(
            policySeconds < plainSeconds,
            $"{policySeconds / 20:0.00} against {plainSeconds / 20:0.00} s"
        );
    }
}
