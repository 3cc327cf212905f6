namespace LlmOperator.Deploy.Tests.Images;

/// <summary>A trimmed single file of deploy/images/publish.</summary>
internal static class PublishedProgram
{
    private static readonly SemaphoreSlim s_one = new(1, 1);

    /// <summary>
    /// What is in artifacts/publish; published first when LLMOP_E2E=1 asks for tests that take minutes. Skips the test
    /// when neither is so.
    /// </summary>
    public static async Task<string> RequireAsync(string program, string file)
    {
        string path = Repository.PathOf("artifacts", "publish", program, file);
        if (File.Exists(path))
        {
            return path;
        }

        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("LLMOP_E2E") == "1",
            $"{program} is not published: run deploy/images/publish {program}, or set LLMOP_E2E=1."
        );
        await s_one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            (int code, string output, string errors) = await Tools.RunAsync(
                Repository.PathOf("deploy", "images", "publish"),
                program
            );
            Assert.True(code == 0, output + errors);
        }
        finally
        {
            s_one.Release();
        }

        return path;
    }
}
