namespace LlmOperator.Router.Classification.Personal;

/// <summary>Check digits of cards, accounts and identity numbers. All take digits (or letters) without separators.</summary>
internal static class Checksums
{
    // ISO/IEC 7812-1, annex B.
    public static bool Luhn(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 1 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    // ISO 13616: the first four characters go to the end, letters count as 10 to 35, the number modulo 97 is 1.
    public static bool Iban(ReadOnlySpan<char> iban)
    {
        int rest = 0;
        for (int i = 0; i < iban.Length; i++)
        {
            char c = iban[(i + 4) % iban.Length];
            rest = char.IsAsciiDigit(c)
                ? ((rest * 10) + (c - '0')) % 97
                : ((rest * 100) + (char.ToUpperInvariant(c) - 'A' + 10)) % 97;
        }

        return rest == 1;
    }

    // Brazil, CPF: two digits, each eleven minus the weighted sum modulo eleven.
    public static bool Cpf(ReadOnlySpan<char> digits)
    {
        if (digits.Length != 11 || !digits.ContainsAnyExcept(digits[0]))
        {
            return false;
        }

        for (int check = 9; check < 11; check++)
        {
            int sum = 0;
            for (int i = 0; i < check; i++)
            {
                sum += (digits[i] - '0') * (check + 1 - i);
            }

            if (sum * 10 % 11 % 10 != digits[check] - '0')
            {
                return false;
            }
        }

        return true;
    }

    // China, resident identity: ISO 7064 modulus 11-2, the last may be X.
    public static bool ChineseId(ReadOnlySpan<char> id)
    {
        const string Checks = "10X98765432";
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        if (id.Length != 18 || !IsDate(id[6..14]))
        {
            return false;
        }

        int sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += (id[i] - '0') * weights[i];
        }

        return Checks[sum % 11] == char.ToUpperInvariant(id[17]);
    }

    // Spain, DNI: the letter stands for the number modulo 23.
    public static bool Dni(ReadOnlySpan<char> digits, char letter) =>
        "TRWAGMYFPDXBNJZSQVHLCKE"[int.Parse(digits) % 23] == letter;

    // France, NIR: 13 digits, then 97 minus them modulo 97.
    public static bool Nir(ReadOnlySpan<char> digits) =>
        digits.Length == 15
        && digits[0] is '1' or '2'
        && int.Parse(digits[3..5]) is >= 1 and <= 12
        && 97 - (long.Parse(digits[..13]) % 97) == int.Parse(digits[13..]);

    // Poland, PESEL: weights 1 3 7 9, the sum is a multiple of ten; the month says the century by steps of 20.
    public static bool Pesel(ReadOnlySpan<char> digits)
    {
        ReadOnlySpan<int> weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
        if (digits.Length != 11 || (((digits[2] - '0') % 2 * 10) + digits[3] - '0') is 0 or > 12)
        {
            return false;
        }

        int sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += (digits[i] - '0') * weights[i];
        }

        return sum % 10 == 0 && int.Parse(digits[4..6]) is >= 1 and <= 31;
    }

    // Germany, tax identification number: ISO 7064 modulus 11,10; one digit is there twice or thrice, another is missing.
    public static bool GermanTaxId(ReadOnlySpan<char> digits)
    {
        if (digits.Length != 11 || digits[0] == '0' || !HasOneRepeatedDigit(digits[..10]))
        {
            return false;
        }

        int product = 10;
        foreach (char digit in digits[..10])
        {
            int sum = (digit - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10 == digits[10] - '0';
    }

    // United States, social security: no checksum; 000, 666 and 900-999 were never given out, nor 00 and 0000.
    public static bool Ssn(ReadOnlySpan<char> digits) =>
        digits.Length == 9
        && digits[..3] is not ("000" or "666")
        && digits[0] != '9'
        && digits[3..5] is not "00"
        && digits[5..] is not "0000"
        && digits is not ("123456789" or "987654321");

    // India, Aadhaar: Verhoeff's scheme over the dihedral group of ten.
    public static bool Aadhaar(ReadOnlySpan<char> digits)
    {
        ReadOnlySpan<int> step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        if (digits.Length != 12 || digits[0] is '0' or '1')
        {
            return false;
        }

        int check = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            for (int power = 0; power < i % 8; power++)
            {
                digit = step[digit];
            }

            check = Multiply(check, digit);
        }

        return check == 0;
    }

    private static int Multiply(int left, int right) =>
        (left < 5, right < 5) switch
        {
            (true, true) => (left + right) % 5,
            (true, false) => (left + right) % 5 + 5,
            (false, true) => (left - right + 5) % 5 + 5,
            _ => (left - right + 5) % 5,
        };

    private static bool HasOneRepeatedDigit(ReadOnlySpan<char> digits)
    {
        Span<int> counts = stackalloc int[10];
        counts.Clear();
        foreach (char digit in digits)
        {
            counts[digit - '0']++;
        }

        int repeated = 0;
        foreach (int count in counts)
        {
            if (count > 3)
            {
                return false;
            }

            repeated += count > 1 ? 1 : 0;
        }

        return repeated == 1;
    }

    private static bool IsDate(ReadOnlySpan<char> digits) =>
        !digits.ContainsAnyExceptInRange('0', '9')
        && int.Parse(digits[..4]) is >= 1900 and <= 2100
        && int.Parse(digits[4..6]) is >= 1 and <= 12
        && int.Parse(digits[6..]) is >= 1 and <= 31;
}
