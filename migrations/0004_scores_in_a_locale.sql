ALTER TABLE `version_scores` ADD `content_hash` text;--> statement-breakpoint
UPDATE `version_scores` SET `content_hash` = (
	SELECT `p`.`content_hash` FROM `evaluations` AS `e`
	JOIN `evaluation_passes` AS `p` ON `p`.`tenant_id` = `e`.`tenant_id` AND `p`.`evaluation_id` = `e`.`id`
	WHERE `e`.`tenant_id` = `version_scores`.`tenant_id` AND `e`.`id` = `version_scores`.`evaluation_id` AND `e`.`locale` IS NOT NULL
		AND `p`.`version_id` = `version_scores`.`version_id` AND `p`.`model` = `version_scores`.`model`
	LIMIT 1
);
