namespace LlmOperator.Cli.Connection;

/// <summary>Tokens that people keep in files, so that they show in no list of processes.</summary>
internal static class TokenFile
{
    /// <summary>The token without the space around it.</summary>
    /// <param name="option">The option that names the file, for errors.</param>
    /// <param name="path">The file.</param>
    /// <param name="leastLength">Fewest characters that are a token.</param>
    /// <exception cref="CliException">The file cannot be read, or holds no token.</exception>
    public static string Read(string option, string path, int leastLength)
    {
        try
        {
            string token = File.ReadAllText(path).Trim();
            return token.Length >= leastLength
                ? token
                : throw new CliException(
                    $"{option}: the token in {path} is shorter than {leastLength} characters."
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{option}: {path} cannot be read: {e.Message}");
        }
    }
}
