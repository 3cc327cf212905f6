using System.Diagnostics;
using LlmOperator.Cli.Connection;
using LlmOperator.Testing.Waiting;

namespace LlmOperator.Cli.Tests.Connection;

public sealed class UpStateTests
{
    [Fact]
    public void IsRunning_ThisProcess_IsTrue()
    {
        int id = Environment.ProcessId;

        Assert.True(new UpState(id, UpState.StartOf(id), "", "").IsRunning());
    }

    [Fact]
    public async Task StartOf_ProcessThatNobodyWaitedFor_IsNone()
    {
        // The sleep that takes the shell's place does not wait for the shell's child, which stays as a zombie.
        using Process parent = Process.Start(
            new ProcessStartInfo("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 30"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        try
        {
            string? line = await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            int child = int.Parse(line!);
            await Eventually.IsTrueAsync(
                () => File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal),
                "the child has ended"
            );

            Assert.Equal(0, UpState.StartOf(child));
        }
        finally
        {
            parent.Kill();
        }
    }
}
