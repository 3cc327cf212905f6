namespace LlmOperator.Api.V1Alpha1;

/// <summary>Data classes that the router finds by itself.</summary>
public static class DataClasses
{
    /// <summary>API keys, tokens, passwords, private keys, connection strings: by known formats and by entropy.</summary>
    public const string Secret = "Secret";

    /// <summary>Bank accounts, cards and identity numbers with a valid checksum, e-mail addresses, telephone numbers.</summary>
    public const string PersonalData = "PersonalData";

    /// <summary>What cannot be read as text: images, sounds, files, prompts given as token numbers.</summary>
    public const string Unreadable = "Unreadable";

    /// <summary>True for a class that needs no keywords and patterns.</summary>
    public static bool IsBuiltIn(string name) => name is Secret or PersonalData or Unreadable;
}
